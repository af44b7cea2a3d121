import Foundation
import Imaging
import ProfileImages
@testable import Server
import Testing

@Suite struct JSONTextTests {
    private struct Pair: Encodable {
        let text: String
        let value: [Int]
    }

    @Test(arguments: [
        "", "plain", "é 😀 \u{2028}", "\"quoted\\\"", "a/b",
        String(String.UnicodeScalarView((0...0x9F).compactMap { Unicode.Scalar($0) })),
    ])
    func `the output equals JSONEncoder's output`(_ text: String) throws {
        var json = JSONText(capacity: 0)
        json.object {
            $0.name("text")
            $0.string { string in
                string.append(text)
                string.append(escaped: JSONText.escaped(text))
            }
            $0.name("value")
            $0.array { array in for number in [1, -2, .max] { array.integer(number) } }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(try Array(encoder.encode(Pair(text: text + text, value: [1, -2, .max]))) == json.bytes)
    }

    @Test func `arrays and objects may be empty and nested`() {
        var json = JSONText(capacity: 0)
        json.array {
            $0.object { _ in }
            $0.array { _ in }
            $0.array { $0.object { _ in } }
            $0.string("x")
        }
        #expect(String(decoding: json.bytes, as: UTF8.self) == #"[{},[],[{}],"x"]"#)
    }

    @Test func `an image's JSON has its members sorted by name`() throws {
        let id = MediaID.random()
        let user = try #require(UserID(rawValue: "auth0|\"é\\"))
        let image = ProfileImage(
            id: id,
            userID: user,
            master: .master(of: id, format: .jpeg),
            variant: .init(side: 512, format: .jpeg, byteCount: 21_714),
            createdAt: Date(timeIntervalSince1970: 1_795_339_505.631)
        )
        let json = ProfileImageResource(image: image, output: ImageOutput(), baseURL: "https://images.test").json
        let value = try JSONValue(untrusted: json)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(try Array(encoder.encode(value)) == json)
    }
}
