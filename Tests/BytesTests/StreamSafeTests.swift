import Bytes
import Testing

@Suite struct StreamSafeTests {
    @Test(
        arguments: [
            "", "plain", "Ann O'Neill", "é", "e\u{301}", "한국어", "ᄒ\u{1161}\u{11AB}", "हिन्दी", "ไทย", "שָׁלוֹם", "👩‍👩‍👧‍👦🏳️‍🌈",
            "e" + String(repeating: "\u{301}", count: 30), String(repeating: "e" + marks(30), count: 100),
        ]
    ) func `ordinary text is stream-safe`(_ text: String) {
        #expect(text.isStreamSafe)
        #expect(text[...].isStreamSafe)
    }

    @Test(
        arguments: [
            "e" + marks(31), marks(31), "plain e" + marks(31) + " plain",
            "e" + String(repeating: "\u{301}\u{316}", count: 16),
            "\u{5D0}" + String(repeating: "\u{5B8}", count: 31), "a" + String(repeating: "\u{3099}", count: 31),
            "a" + String(repeating: "\u{1D165}", count: 31),
            "a" + String(repeating: "\u{E0100}\u{301}", count: 31) + marks(31),
        ]
    ) func `a long run of combining marks is not stream-safe`(_ text: String) {
        #expect(!text.isStreamSafe)
        #expect(!text[...].isStreamSafe)
    }

    /// Runs of scalars that are not combining marks, with marks between them, are hashed in linear time.
    @Test func `stream-safe text is hashed fast`() {
        let texts = [
            "\u{F73}", "\u{F75}", "\u{344}", "\u{1161}", "\u{11A8}", "\u{9BE}", "\u{200D}", "\u{FE0F}", "\u{1F1E6}",
        ]
        .flatMap { [$0, "e" + marks(30) + $0] }
        .map { String(repeating: $0, count: 65_536 / $0.utf8.count) }
        .filter(\.isStreamSafe)
        let time = ContinuousClock().measure { #expect(Set(texts).count == texts.count) }
        #expect(time < .seconds(2))
    }
}

/// Combining marks of two alternating classes, which normalisation must sort.
private func marks(_ count: Int) -> String {
    String(String.UnicodeScalarView((0..<count).map { $0.isMultiple(of: 2) ? "\u{301}" : "\u{316}" }))
}
