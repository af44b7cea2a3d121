import Testing

@testable import Avatars

@Suite struct InitialsTests {
    @Test(arguments: [
        ("John Smith", "JS"), ("madonna", "M"), ("Anna Maria da Silva", "AS"), ("élodie durand", "ÉD"),
        ("Ελένη Παπαδοπούλου", "ΕΠ"), ("лев толстой", "ЛТ"), ("Արամ Խաչատրյան", "ԱԽ"), ("გიორგი ბერიძე", "გბ"),
        ("ǆemal", "ǅ"), ("ßeta", "ß"), ("istanbul", "I"),
    ])
    func `a script with letters in pairs gives the first of the first and the last word`(_ name: String, _ text: String)
    {
        #expect(Initials(of: name).candidates.first == text)
    }

    @Test(arguments: [
        ("李小龙", "李"), ("山田 太郎", "山"), ("さくら もも", "さ"), ("カタカナ", "カ"), ("김 민수", "김"),
        ("محمد علي", "م"), ("שרה כהן", "ש"), ("कृष्ण कुमार", "कृ"), ("செல்வி", "செ"), ("ක්‍රිස්", "ක්‍"),
        ("สมชาย ใจดี", "ส"), ("ភារម្យ", "ភា"), ("አበበ", "አ"), ("𠮷野", "𠮷"),
    ])
    func `any other script gives its first cluster alone`(_ name: String, _ text: String) {
        #expect(Initials(of: name).candidates.first == text)
    }

    @Test func `a vowel sign before its consonant does not stand for a word`() {
        #expect(Initials(of: "เสรี").candidates.first == "ส")
        #expect(Initials(of: "ແດງ").candidates.first == "ດ")
    }

    @Test(arguments: [
        ("@jane", "J"), ("@jane_doe", "JD"), ("john.smith", "JS"), ("jean-luc", "JL"), ("ann.lee@example.com", "AL"),
        ("Smith, John", "SJ"), ("J. R. R. Tolkien", "JT"), ("Shaquille O'Neal", "SO"), ("(Bob) Ross", "BR"), ("@", nil),
    ])
    func `user names and addresses are words, too`(_ name: String, _ text: String?) {
        #expect(Initials(of: name).candidates.first == text)
    }

    @Test(arguments: [("42", "4"), ("4 Real", "4R"), ("Agent 47", "A4"), ("٣", "٣")])
    func `digits are letters`(_ name: String, _ text: String) {
        #expect(Initials(of: name).candidates.first == text)
    }

    @Test(arguments: [("🚀 rocket", "R"), ("🚀", "🚀"), ("👩‍👩‍👧‍👦 🌸", "👩‍👩‍👧‍👦"), ("🇩🇪", "🇩🇪"), ("👍🏽", "👍🏽"), ("★", "★")])
    func `an emoji stands whole, for a name that has no letters`(_ name: String, _ text: String) {
        #expect(Initials(of: name).candidates.first == text)
    }

    @Test func `two scripts do not mix`() {
        #expect(Initials(of: "Kim 김").candidates.first == "K")
        #expect(Initials(of: "김 Kim").candidates.first == "김")
    }

    @Test(arguments: [
        "", "   ", "...", "?!", "\u{0}", "\u{200B}\u{FEFF}", "\u{202E}\u{2066}", "\u{301}", "-_-", "\u{E000}",
    ])
    func `nothing stands for a name without letters`(_ name: String) {
        #expect(Initials(of: name).candidates.isEmpty)
    }

    @Test func `controls and marks around a letter do no harm`() {
        #expect(Initials(of: "\u{202E}\u{0}anna\u{0} \u{2067}bo").candidates.first == "AB")
    }

    @Test func `the letter alone follows its cluster, for fonts that lack the marks`() {
        #expect(Initials(of: "e\u{301}va").candidates == ["E\u{301}", "E"])
        #expect(Initials(of: "👍🏽").candidates == ["👍🏽", "👍"])
    }

    @Test func `a cluster of a million marks is cut`() throws {
        let name = "a" + String(repeating: "\u{301}", count: 1_000_000)
        let longest = try #require(Initials(of: name).candidates.map(\.unicodeScalars.count).max())
        #expect(longest == 12)
    }

    @Test func `a name of a million words is cut`() {
        #expect(Initials(of: String(repeating: "ab ", count: 1_000_000)).candidates.count < 20)
    }

    @Test(arguments: ["John Smith", "李小龙", "செல்வி", "👩‍👩‍👧‍👦", "e\u{301}va", "42", "", "..."])
    func `the letters alone give the same initials`(_ name: String) {
        let initials = Initials(of: name)
        #expect(Initials(text: initials.text).text == initials.text)
    }

    @Test func `letters that were chosen already are not taken for a name`() {
        #expect(Initials(text: "js").text == "JS")
        #expect(Initials(text: "JSX").text == "JS")
    }
}
