import ProfileImages
import Testing

@Suite struct ImageSourceTests {
    private static let google = ImageSource.identity(connection: "google")

    @Test(arguments: [
        (ImageSource.upload, false), (.imported, false), (.identity(connection: "facebook"), false), (google, true),
        (.generated, true),
    ])
    func `a provider's picture replaces its own or a drawn one, not a chosen one`(
        _ other: ImageSource,
        _ isReplaced: Bool
    ) {
        #expect(Self.google.mayReplace(other) == isReplaced)
        #expect(ImageSource.imported.mayReplace(other))
    }

    @Test(arguments: [ImageSource.upload, .imported, .generated, google])
    func `a source is written and read`(_ source: ImageSource) {
        #expect(ImageSource(rawValue: source.rawValue) == source)
    }
}
