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

    @Test func `an invalid output is changed to a valid one`() {
        let encoding = ImageEncoding(jpegQuality: 400, webpQuality: 0, avifQuality: -1)
        let output = ImageOutput(sides: [64, 5000, 0], formats: [.gif, .png], encoding: encoding)
        #expect(output.sides == [1, 64, 2048])
        #expect(output.formats == [.png])
        #expect(output.encoding.jpegQuality == 100)
        #expect(output.encoding.webpQuality == 1)
        #expect(output.encoding.avifQuality == 1)
        #expect(ImageOutput(sides: [], formats: [.gif]).formats == [.jpeg])
        #expect(ImageOutput(sides: []).sides == [2048])
    }

    @Test(arguments: [(1, 64), (64, 64), (65, 128), (129, nil), (0, 64)])
    func `a side is rounded up to the next available one`(_ asked: Int, _ side: Int?) {
        #expect(ImageOutput(sides: [128, 64]).side(atLeast: asked) == side)
    }

    @Test(
        arguments: [
            ("#ffffff", RGBColour.white), ("#1A2b3C", RGBColour(red: 26, green: 43, blue: 60)), ("ffffff", nil),
            ("#fff", nil), ("#+fffff", nil), ("#-fffff", nil), ("#gggggg", nil), ("", nil), ("#fffffff", nil),
        ]
    )
    func `a colour is written as in CSS`(_ text: String, _ colour: RGBColour?) {
        #expect(RGBColour(hexadecimal: text) == colour)
    }
}
