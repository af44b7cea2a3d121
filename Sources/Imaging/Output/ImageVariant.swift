/// One encoded square, free of all metadata.
package struct ImageVariant: Sendable {
    /// Its width and height in pixels.
    package let side: Int

    /// How the bytes are encoded.
    package let format: ImageFormat

    /// The whole file.
    package let bytes: [UInt8]

    /// - Precondition: `bytes` are such a file.
    package init(side: Int, format: ImageFormat, bytes: [UInt8]) {
        self.side = side
        self.format = format
        self.bytes = bytes
    }
}
