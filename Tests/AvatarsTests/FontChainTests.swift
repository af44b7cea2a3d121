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
        let lettering = try #require(Self.fonts.lettering([text], em: 64))
        #expect(lettering.bitmap.pixels.contains { $0.w > 200 })
        #expect(lettering.reach > 10)
    }

    @Test func `what no font has is left to the next candidate`() throws {
        #expect(Self.fonts.lettering([Self.missing], em: 64) == nil)
        let other = try #require(Self.fonts.lettering([Self.missing, "A" + Self.missing, "A"], em: 64))
        #expect(other.bitmap == Self.fonts.lettering(["A"], em: 64)?.bitmap)
    }

    @Test func `marks that are written apart join their letter`() throws {
        let composed = try #require(Self.fonts.lettering(["\u{D55C}"], em: 128))
        let apart = try #require(Self.fonts.lettering(["\u{1112}\u{1161}\u{11AB}"], em: 128))
        #expect(abs(apart.reach - composed.reach) < 3)
    }

    @Test func `a syllable is reordered as its script demands`() throws {
        // In Tamil the sign of e is written before the consonant it follows.
        let syllable = try #require(Self.fonts.lettering(["செ"], em: 128)).bitmap
        let consonant = try #require(Self.fonts.lettering(["ச"], em: 128)).bitmap
        let sign = try #require(Self.fonts.lettering(["ெ"], em: 128)).bitmap
        #expect(syllable.width > consonant.width)
        #expect(syllable.width > sign.width)
    }

    @Test func `without any font there are no letters`() {
        #expect(FontChain([]).lettering(["A"], em: 64) == nil)
        #expect(FontChain(["/nowhere/*.ttf", "/dev/null", "/etc/passwd"]).lettering(["A"], em: 64) == nil)
    }

    @Test func `letters are drawn by many threads at once`() async {
        let pictures = await withTaskGroup(of: Bitmap?.self) { group in
            for _ in 0..<200 {
                group.addTask { Self.fonts.lettering(["க்ஷெ", "A"].shuffled(), em: 32)?.bitmap }
            }
            return await group.reduce(into: [Bitmap?]()) { $0.append($1) }
        }
        #expect(pictures.allSatisfy { $0 != nil })
    }
}
