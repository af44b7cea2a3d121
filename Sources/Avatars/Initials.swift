/// What stands for a name in a picture: one or two letters, chosen as the name's script is abbreviated.
///
/// Scripts with capitals, and digits, give the first letters of the first and the last word. Every other script gives its
/// first cluster alone: one Han or Hangul character is a whole name or syllable, and Arabic letters or Indic syllables
/// side by side would read as a word.
package struct Initials: Equatable, Sendable {
    /// Texts to draw, the best first; a later one is for fonts that lack an earlier one's. Empty when the name holds nothing
    /// that could stand for it.
    let candidates: [String]

    /// No name needs more of itself read: a longer one was made to cost time.
    private static let maxNameScalars = 512

    /// - Parameter name: any text, empty too.
    package init(of name: String) {
        let words = Self.words(of: Self.beginning(of: name))
        let initials = words.compactMap(Self.initial)
        let spoken = initials.filter(\.isLetterOrNumber)
        candidates = Self.candidates(spoken.isEmpty ? initials : spoken)
    }

    /// Takes letters that were chosen already: those of `text`.
    package init(text: String) {
        self.init(of: Cluster.all(in: Self.beginning(of: text)).prefix(2).map(\.capital).joined(separator: " "))
    }

    /// What the same initials can be made of again, without the name; empty when there are none.
    package var text: String { candidates.first ?? "" }

    private static func beginning(of name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.prefix(maxNameScalars)))
    }

    private static func candidates(_ initials: [Cluster]) -> [String] {
        guard let first = initials.first, let last = initials.last else { return [] }
        let pair = initials.count > 1 && first.isPaired && last.isPaired ? [first.capital + last.capital] : []
        return pair + initials.prefix(8).flatMap(\.candidates)
    }

    /// An e-mail address gives its local part, and a user name is split as if its dots and lines were spaces.
    private static func words(of name: String) -> [ArraySlice<Cluster>] {
        let local = Cluster.all(in: name).drop { $0.isSpace || $0.is("@") }.prefix { !$0.is("@") }
        return local.split { $0.isSpace || $0.separatesWords }
    }

    /// The first of a word that can stand for it. A vowel sign that is written before its consonant cannot.
    private static func initial(of word: ArraySlice<Cluster>) -> Cluster? {
        let drawable = word.lazy.filter(\.canStandForWord)
        return drawable.first { !$0.isLogicalOrderException } ?? drawable.first
    }
}
