/// A text that is no JSON, or is nested too deep.
package struct MalformedJSON: Error, Equatable {
    /// Where that shows, in bytes from the beginning.
    package let offset: Int
}
