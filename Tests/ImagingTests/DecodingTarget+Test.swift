@testable import Imaging

extension DecodingTarget {
    /// The target for decoding `upload`, with limits that do not apply.
    init(_ upload: [UInt8], side: Int, crop: PixelRect?) throws {
        let header = try ImageHeader.read(upload)
        self.init(
            header: header,
            square: try header.square(cropping: crop),
            side: side,
            colours: ColourTransforms(),
            limit: WorkLimit(seconds: 10)
        )
    }
}
