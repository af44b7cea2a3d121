import Testing

@testable import Imaging

@Suite struct ImageFormatTests {
    @Test func `formats have their registered names`() {
        #expect(
            ImageFormat.allCases.map(\.mediaType) == [
                "image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic",
            ]
        )
        #expect(ImageFormat.allCases.map(\.fileExtension) == ["jpg", "png", "gif", "webp", "avif", "heic"])
        #expect(ImageFormat.allCases.map(\.displayName) == ["JPEG", "PNG", "GIF", "WebP", "AVIF", "HEIC"])
    }

    @Test func `an output that cannot be is brought to one that can`() {
        let output = ImageOutput(sides: [0, 5000, 64], format: .gif, quality: 400)
        #expect(output.sides == [1, 2048, 64])
        #expect(output.format == .jpeg)
        #expect(output.quality == 100)
    }
}
