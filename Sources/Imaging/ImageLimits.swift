/// What an upload may be, and may measure; checked before any pixel is decoded.
package struct ImageLimits: Sendable {
    /// The largest file, in bytes.
    package let maxBytes: Int

    /// The largest width × height.
    package let maxPixels: Int

    /// The formats that are taken.
    package let formats: [ImageFormat]

    /// The defaults suit pictures as phones and cameras make them.
    package init(
        maxBytes: Int = 10 * 1024 * 1024,
        maxPixels: Int = 50_000_000,
        formats: [ImageFormat] = ImageFormat.usual
    ) {
        self.maxBytes = maxBytes
        self.maxPixels = maxPixels
        self.formats = formats
    }
}
