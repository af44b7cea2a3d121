import Imaging
import Testing

@testable import Avatars

@Suite struct FontChainTests {
    private static let fonts = FontChain()
    /// Of Unicode's last plane, for private use: no font has it.
    private static let missing = "\u{10FFFD}"

    @Test(arguments: [
        "A", "Ω", "Я", "Ա", "ა", "李", "さ", "カ", "김", "م", "ש", "क", "প", "செ", "ശ", "స్నే", "ಕೃ", "ગુ", "ਸਿੰ", "ශ්‍රී", "ส",
        "မော", "ភា", "ລ", "ཀྲི", "አ", "ꦗ", "ᏣᎳ", "𞤀", "4", "★", "E\u{301}", "\u{1112}\u{1161}\u{11AB}", "👩‍👩‍👧‍👦", "🇩🇪", "👍🏽",
    ])
    func `every script has ink, and no box for what is missing`(_ text: String) throws {
        let lettering = try #require(try Self.fonts.lettering([text], em: 64))
        #expect(lettering.pixels.contains { $0.w > 200 })
        #expect(lettering.reach > 10)
    }

    @Test func `what no font has is left to the next candidate`() throws {
        #expect(try Self.fonts.lettering([Self.missing], em: 64) == nil)
        let other = try #require(try Self.fonts.lettering([Self.missing, "A" + Self.missing, "A"], em: 64))
        #expect(try other.pixels == Self.fonts.lettering(["A"], em: 64)?.pixels)
    }

    @Test func `marks that are written apart join their letter`() throws {
        let composed = try #require(try Self.fonts.lettering(["\u{D55C}"], em: 128))
        let apart = try #require(try Self.fonts.lettering(["\u{1112}\u{1161}\u{11AB}"], em: 128))
        #expect(abs(apart.reach - composed.reach) < 3)
    }

    @Test func `a syllable is reordered as its script demands`() throws {
        // In Tamil the sign of e is written before the consonant it follows.
        let syllable = try #require(try Self.fonts.lettering(["செ"], em: 128)).side
        let consonant = try #require(try Self.fonts.lettering(["ச"], em: 128)).side
        let sign = try #require(try Self.fonts.lettering(["ெ"], em: 128)).side
        #expect(syllable > consonant)
        #expect(syllable > sign)
    }

    @Test func `without any font there are no letters`() throws {
        #expect(try FontChain([]).lettering(["A"], em: 64) == nil)
        #expect(try FontChain(["/nowhere/*.ttf", "/dev/null", "/etc/passwd"]).lettering(["A"], em: 64) == nil)
    }

    @Test func `letters are drawn by many threads at once`() async throws {
        let pictures = try await withThrowingTaskGroup(of: [Pixel]?.self) { group in
            for _ in 0..<200 {
                group.addTask { try Self.fonts.lettering(["க்ஷெ", "A"].shuffled(), em: 32)?.pixels }
            }
            return try await group.reduce(into: [[Pixel]?]()) { $0.append($1) }
        }
        #expect(pictures.allSatisfy { $0 != nil })
    }
}
