@testable import Imaging

extension DecodingTarget {
    /// What a decoder has to make of `upload`, without limits that matter.
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
