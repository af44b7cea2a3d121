import Testing

@testable import Avatars

@Suite struct InitialsTests {
    @Test(arguments: [
        ("John Smith", "JS"), ("madonna", "M"), ("Anna Maria da Silva", "AS"), ("élodie durand", "ÉD"),
        ("Ελένη Παπαδοπούλου", "ΕΠ"), ("лев толстой", "ЛТ"), ("Արամ Խաչատրյան", "ԱԽ"), ("გიორგი ბერიძე", "გბ"),
        ("ǆemal", "ǅ"), ("ßeta", "ß"), ("istanbul", "I"),
    ])
    func `a script with capitals gives the first letters of the first and the last word`(_ name: String, _ text: String)
    {
        #expect(Initials(of: name).candidates.first == text)
    }

    @Test(arguments: [
        ("李小龙", "李"), ("山田 太郎", "山"), ("さくら もも", "さ"), ("カタカナ", "カ"), ("김 민수", "김"),
        ("محمد علي", "م"), ("שרה כהן", "ש"), ("कृष्ण कुमार", "कृ"), ("செல்வி", "செ"), ("ක්‍රිස්", "ක්‍"),
        ("สมชาย ใจดี", "ส"), ("ភារម្យ", "ភា"), ("አበበ", "አ"), ("𠮷野", "𠮷"),
    ])
    func `any other script gives only its first cluster`(_ name: String, _ text: String) {
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
    func `an emoji is used whole if a name has no letters`(_ name: String, _ text: String) {
        #expect(Initials(of: name).candidates.first == text)
    }

    @Test func `two scripts do not mix`() {
        #expect(Initials(of: "Kim 김").candidates.first == "K")
        #expect(Initials(of: "김 Kim").candidates.first == "김")
    }

    @Test(arguments: [
        "", "   ", "...", "?!", "\u{0}", "\u{200B}\u{FEFF}", "\u{202E}\u{2066}", "\u{301}", "-_-", "\u{E000}",
    ])
    func `a name without letters has no initials`(_ name: String) {
        #expect(Initials(of: name).candidates.isEmpty)
    }

    @Test func `controls and marks around a letter do no harm`() {
        #expect(Initials(of: "\u{202E}\u{0}anna\u{0} \u{2067}bo").candidates.first == "AB")
    }

    @Test(arguments: Array("0123456789#*"), ["\u{FE0F}\u{20E3}", "\u{20E3}"])
    func `a keycap is one cluster and not a letter`(_ key: Character, _ cap: String) {
        let keycap = "\(key)\(cap)"
        #expect(Initials(of: keycap).candidates == [keycap, String(key)])
        #expect(Initials(of: keycap + keycap).candidates.first == keycap)
        #expect(Initials(of: "\(keycap) First").candidates == ["F"])
        #expect(Initials(of: "Ann \(keycap)").candidates == ["A"])
    }

    @Test(arguments: [
        "‼\u{FE0F}", "⁉\u{FE0F}", "〰\u{FE0F}", "〽\u{FE0F}", "ℹ\u{FE0F}", "↔\u{FE0F}", "◽", "➕", "❤\u{FE0E}", "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "👩🏻‍❤️‍💋‍👨🏿", "🇺🇳",
    ])
    func `an emoji is one cluster and not a letter`(_ emoji: String) {
        #expect(Initials(of: emoji).candidates.first == emoji)
        #expect(Initials(of: "\(emoji) First").candidates == ["F"])
    }

    @Test(arguments: ["#", "*", "#\u{FE0F}", "↔", "‼", "🏽", "\u{20E3}", "\u{FE0F}", "\u{200D}"])
    func `a sign alone gives no initials`(_ name: String) {
        #expect(Initials(of: name).candidates.isEmpty)
    }

    @Test(arguments: ["\u{FFFC}", "\u{FFFD}", "\u{25CC}", "\u{25CC}\u{301}", "🦰", "🦲"])
    func `a placeholder gives no initials`(_ name: String) {
        #expect(Initials(of: name).candidates.isEmpty)
        #expect(Initials(of: name + " Bob").candidates == ["B"])
    }

    @Test(arguments: ["A\u{20DD}", "a\u{20E3}", "a\u{489}", "A\u{FE0F}", "A\u{FE0E}"])
    func `a mark that encloses a letter is left out`(_ name: String) {
        #expect(Initials(of: name).candidates == ["A"])
        #expect(Initials(of: "\(name) Bob").candidates.first == "AB")
    }

    @Test func `the bare letter follows its cluster for fonts without the marks`() {
        #expect(Initials(of: "e\u{301}va").candidates == ["E\u{301}", "E"])
        #expect(Initials(of: "👍🏽").candidates == ["👍🏽", "👍"])
        #expect(Initials(of: "👩🏽‍🚀").candidates == ["👩🏽‍🚀", "👩🏽", "👩"])
        #expect(Initials(of: "👨‍👩‍👧").candidates == ["👨‍👩‍👧", "👨"])
    }

    @Test(arguments: [
        "ស្ត្រី", "ព្រះ", "ခ္ဍ", "ꦏ꧀ꦪ", "ᨠ᩠ᨠ", "ᬓ᭄ᬱ", "क्ष्मा", "త్ర", "ക്ഷ",
    ])
    func `a syllable is whole, with the consonants below`(_ syllable: String) {
        #expect(Initials(of: syllable).candidates.first == syllable)
    }

    @Test func `the sign for a consonant below is left out when none follows`() {
        #expect(Initials(of: "ស្").candidates == ["ស"])
        #expect(Initials(of: "\u{94D}क").candidates.first == "क")
    }

    @Test(arguments: ["A", "ש", "ا", "ก", "李", "ཀ", "क"], [5, 30, 100_000])
    func `a letter stands alone when it has more marks than any orthography gives one`(_ letter: String, _ count: Int) {
        let marks = String(repeating: "\u{301}\u{323}", count: count)
        #expect(Initials(of: letter + marks).candidates == [letter])
    }

    @Test(arguments: ["Ệ", "A\u{302}\u{323}\u{301}\u{308}", "שּׁ\u{5B8}\u{591}", "بّٰ", "མྒོྂ"])
    func `marks that a letter may have stay`(_ letter: String) {
        #expect(Initials(of: letter).candidates.first == letter)
    }

    @Test func `a cluster of a million scalars is cut`() throws {
        let name = "👩" + String(repeating: "\u{200D}👩", count: 1_000_000)
        let longest = try #require(Initials(of: name).candidates.map(\.unicodeScalars.count).max())
        #expect(longest == 12)
    }

    @Test func `a name of a million words is cut`() {
        #expect(Initials(of: String(repeating: "ab ", count: 1_000_000)).candidates.count < 20)
    }

    @Test(arguments: [
        "John Smith", "李小龙", "செல்வி", "👩‍👩‍👧‍👦", "e\u{301}va", "42", "", "...", "1️⃣", "ស្ត្រី ក", "〰️",
        "Z\u{301}\u{302}\u{303}\u{304}\u{305}",
    ])
    func `initials as a name give the same initials`(_ name: String) {
        let initials = Initials(of: name)
        #expect(Initials(text: initials.text).text == initials.text)
    }

    @Test func `chosen letters are not parsed as a name`() {
        #expect(Initials(text: "js").text == "JS")
        #expect(Initials(text: "JSX").text == "JS")
    }
}
