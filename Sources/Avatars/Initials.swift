/// The letters that represent a name in a picture: one or two, by the conventions of the name's script.
///
/// Cased scripts and digits give the first letters of the first and the last word. Every other script gives its first
/// cluster only: one Han or Hangul character is a whole name or syllable, and Arabic letters or Indic syllables side by
/// side would read as a word.
package struct Initials: Equatable, Sendable {
    /// The texts to try, best first; a later text is for fonts that lack the glyphs of an earlier one. Empty if no part
    /// of the name can represent it.
    let candidates: [String]

    /// The scalars of a name that are read. No real name is longer; the limit bounds the work on hostile input.
    private static let maxNameScalars = 512

    /// - Parameter name: any text; it may be empty.
    package init(of name: String) {
        let words = Self.words(of: Self.beginning(of: name))
        let initials = words.compactMap(Self.initial)
        let spoken = initials.filter(\.isLetterOrNumber)
        candidates = Self.candidates(spoken.isEmpty ? initials : spoken)
    }

    /// Recreates initials from `text`, their letters.
    package init(text: String) {
        self.init(of: Cluster.all(in: Self.beginning(of: text)).prefix(2).map(\.capital).joined(separator: " "))
    }

    /// The letters, from which `init(text:)` recreates these initials without the name; empty if there are none.
    package var text: String { candidates.first ?? "" }

    private static func beginning(of name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.prefix(maxNameScalars)))
    }

    private static func candidates(_ initials: [Cluster]) -> [String] {
        guard let first = initials.first, let last = initials.last else { return [] }
        let pair = initials.count > 1 && first.isPaired && last.isPaired ? [first.capital + last.capital] : []
        return pair + initials.prefix(8).flatMap(\.candidates)
    }

    /// Splits a name into words. An e-mail address is reduced to its local part. Dots, commas, dashes and underscores
    /// separate words, as spaces do.
    private static func words(of name: String) -> [ArraySlice<Cluster>] {
        let local = Cluster.all(in: name).drop { $0.isSpace || $0.is("@") }.prefix { !$0.is("@") }
        return local.split { $0.isSpace || $0.separatesWords }
    }

    /// Returns the first cluster that can represent the word. A vowel sign that is written before its consonant is used
    /// only if the word has nothing else.
    private static func initial(of word: ArraySlice<Cluster>) -> Cluster? {
        let drawable = word.lazy.filter(\.canStandForWord)
        return drawable.first { !$0.isLogicalOrderException } ?? drawable.first
    }
}
