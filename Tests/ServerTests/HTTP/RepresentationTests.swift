@testable import Server
import Testing

@Suite struct RepresentationTests {
    @Test(arguments: [
        ("application/json", Representation.json),
        ("application/json; charset=utf-8", .json),
        ("APPLICATION/JSON", .json),
        ("application/*", .json),
        ("text/html, application/json;q=0.9, */*;q=0.8", .json),
        ("image/*", .image),
        ("image/png", .image),
        ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", .image),
        ("application/json;q=0.1, image/*;q=0.2", .image),
        ("application/json;q=0, image/*;q=0", .text),
        ("text/plain", .text),
        ("text/plain, application/json;q=0.5", .text),
        ("*/*", .text),
        ("application/pdf", .text),
        ("application/json;q=x", .text),
        ("", .text),
    ])
    func `Accept selects the representation`(_ accept: String, _ expected: Representation) {
        #expect(Representation(accept: accept) == expected)
    }

    @Test func `without Accept the representation is text`() {
        #expect(Representation(accept: nil) == .text)
    }
}
