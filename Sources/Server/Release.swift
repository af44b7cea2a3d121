/// Which portraitd this is.
package enum Release {
    /// Semantic Versioning 2.0.
    package static let version = "0.1.0"
}
