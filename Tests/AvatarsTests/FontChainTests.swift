import Imaging
import Testing

@testable import Avatars

@Suite struct FontChainTests {
    private static let fonts = FontChain()
    /// A private-use character of Unicode's last plane: no font has it.
    private static let missing = "\u{10FFFD}"

    @Test(arguments: [
        "A", "Ω", "Я", "Ա", "ა", "李", "さ", "カ", "김", "م", "ש", "क", "প", "செ", "ശ", "స్నే", "ಕೃ", "ગુ", "ਸਿੰ", "ශ්‍රී", "ส",
        "မော", "ភា", "ລ", "ཀྲི", "አ", "ꦗ", "ᏣᎳ", "𞤀", "4", "★", "E\u{301}", "\u{1112}\u{1161}\u{11AB}", "👩‍👩‍👧‍👦", "🇩🇪", "👍🏽",
    ])
    func `every script is drawn without a box for a missing glyph`(_ text: String) throws {
        let lettering = try #require(try Self.fonts.lettering([text], em: 64))
        #expect(lettering.pixels.contains { $0.w > 200 })
        #expect(lettering.reach > 10)
    }

    @Test func `a text that no font has falls back to the next candidate`() throws {
        #expect(try Self.fonts.lettering([Self.missing], em: 64) == nil)
        let other = try #require(try Self.fonts.lettering([Self.missing, "A" + Self.missing, "A"], em: 64))
        #expect(try other.pixels == Self.fonts.lettering(["A"], em: 64)?.pixels)
    }

    @Test(arguments: [
        "🚀🏽", "🚀\u{200D}🚀", "👩‍🐈", "👨‍🚀‍🐈", "👩🏽🏽", "🚀\u{20E3}", "😀\u{301}", "🇽🇽", "🇿🇿", "🇨🇶", "❤️‍🚀", "🅱\u{20E3}", "👩🏽‍🐈",
    ])
    func `a sequence that the font cannot join is its first emoji`(_ sequence: String) throws {
        #expect(try Self.fonts.lettering([sequence], em: 64) == nil)
        let candidates = Initials(of: sequence).candidates
        #expect(candidates.first == sequence)
        let drawn = try #require(try Self.fonts.lettering(candidates, em: 64))
        let rest = try Self.fonts.lettering(Array(candidates.dropFirst()), em: 64)
        #expect(drawn.pixels == rest?.pixels)
    }

    @Test(arguments: [
        "1️⃣", "#️⃣", "*️⃣", "9\u{20E3}", "👩🏽‍⚕️", "🧑🏻‍🤝‍🧑🏿", "👩🏻‍❤️‍💋‍👨🏿", "🇪🇺", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏳️‍🌈", "👨🏼‍🦲", "🐻‍❄️",
        "❤️‍🔥", "🚀\u{200D}",
    ])
    func `a sequence that the font can join is as wide as one emoji`(_ sequence: String) throws {
        let drawn = try #require(try Self.fonts.lettering([sequence], em: 64))
        let one = try #require(try Self.fonts.lettering(["👩"], em: 64))
        #expect(drawn.side <= one.side * 5 / 4)
        #expect(drawn.pixels.contains { $0.w > 200 && ($0.x != $0.y || $0.y != $0.z) })
    }

    @Test func `a symbol is drawn in the colour of letters on request`() throws {
        let heart = try #require(try Self.fonts.lettering(["❤\u{FE0E}"], em: 64))
        #expect(heart.pixels.allSatisfy { $0.w == 0 || ($0.x == 255 && $0.y == 255 && $0.z == 255) })
        let red = try #require(try Self.fonts.lettering(["❤\u{FE0F}"], em: 64))
        #expect(red.pixels.contains { $0.w > 200 && $0.x > 150 && $0.z < 100 })
    }

    @Test func `digits never come from a font of emoji`() throws {
        let emoji = FontChain(["/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"])
        #expect(try emoji.lettering(["4"], em: 64) == nil)
        #expect(try emoji.lettering(["42"], em: 64) == nil)
    }

    @Test(arguments: ["ߒ\u{7EB}\u{7EC}", "ᄒ\u{1161}\u{1161}\u{1161}\u{1161}\u{1161}\u{1161}\u{1161}"])
    func `glyphs on top of each other or in a row are not drawn`(_ text: String) throws {
        #expect(try Self.fonts.lettering([text], em: 128) == nil)
        #expect(try Self.fonts.lettering(Initials(of: text).candidates, em: 128) != nil)
    }

    @Test(arguments: ["\u{2800}", "\u{3164}", "\u{115F}", "\u{FFA0}"])
    func `a blank text falls back to the next candidate`(_ text: String) throws {
        #expect(try Self.fonts.lettering([text], em: 64) == nil)
    }

    @Test func `a circle of dots for a missing letter is not drawn`() throws {
        #expect(try Self.fonts.lettering(["ក\u{17B6}\u{17C1}\u{17C1}"], em: 64) == nil)
    }

    @Test func `glyphs overlap when one hides half of another`() {
        func block(_ x: Int, _ y: Int, side: Int) -> Glyph {
            Glyph(width: side, pixels: Array(repeating: .white, count: side * side), left: x, top: y)
        }
        let large = block(0, 0, side: 10)
        #expect(Glyph.overlap([large, large]))
        #expect(Glyph.overlap([large, block(3, 3, side: 2)]))
        #expect(Glyph.overlap([block(8, 2, side: 2), block(11, 2, side: 3), large]))
        #expect(!Glyph.overlap([large, block(10, 0, side: 10), block(0, -10, side: 10)]))
        #expect(!Glyph.overlap([large, block(9, 9, side: 2)]))
        #expect(!Glyph.overlap([large, Glyph(width: 0, pixels: [], left: 0, top: 0)]))
        #expect(!Glyph.overlap([]))
    }

    @Test func `separate parts of a letter are joined`() throws {
        let composed = try #require(try Self.fonts.lettering(["\u{D55C}"], em: 128))
        let apart = try #require(try Self.fonts.lettering(["\u{1112}\u{1161}\u{11AB}"], em: 128))
        #expect(abs(apart.reach - composed.reach) < 3)
    }

    @Test func `a syllable is reordered as its script demands`() throws {
        // Tamil writes the vowel sign e before its consonant; in the text it comes after.
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
