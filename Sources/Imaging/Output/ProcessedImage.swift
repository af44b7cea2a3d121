/// What is kept of an upload.
package struct ProcessedImage: Sendable {
    /// The picture at its largest side, which all other variants can be rendered from at any time. Nil where there are none
    /// but the default one.
    package let master: ImageVariant?

    /// The largest side in the default format.
    package let variant: ImageVariant

    /// - Precondition: `made` holds the variant, and before it the master, if there is one.
    init(_ made: [ImageVariant]) {
        master = made.count > 1 ? made[0] : nil
        variant = made[made.count - 1]
    }
}
