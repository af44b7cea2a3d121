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

    /// An emoji family has seven persons and joiners, the longest syllables of Tibetan about ten marks.
    fileprivate static let maxClusterScalars = 12

    /// - Parameter name: any text, empty too.
    package init(of name: String) {
        let words = Self.words(of: String(String.UnicodeScalarView(name.unicodeScalars.prefix(Self.maxNameScalars))))
        let initials = words.compactMap(\.initial)
        let spoken = initials.filter(\.isLetterOrNumber)
        candidates = Self.candidates(spoken.isEmpty ? initials : spoken)
    }

    /// Takes letters that were chosen already: those of `text`.
    package init(text: String) {
        self.init(of: text.prefix(2).map(String.init).joined(separator: " "))
    }

    /// What the same initials can be made of again, without the name; empty when there are none.
    package var text: String { candidates.first ?? "" }

    private static func candidates(_ initials: [Character]) -> [String] {
        guard let first = initials.first, let last = initials.last else { return [] }
        let pair = initials.count > 1 && first.isPaired && last.isPaired ? [first.capital + last.capital] : []
        return pair + initials.prefix(8).flatMap { [$0.capital, $0.bare] }
    }

    /// An e-mail address gives its local part, and a user name is split as if its dots and lines were spaces.
    private static func words(of name: String) -> [Substring] {
        let local = name.drop { $0.isWhitespace || $0 == "@" }.prefix { $0 != "@" }
        return local.split { $0.isWhitespace || $0.separatesWords }
    }
}

extension Substring {
    /// The first character that can stand for the word. A vowel sign that is written before its consonant cannot.
    fileprivate var initial: Character? {
        let drawable = lazy.filter(\.canStandForWord)
        return drawable.first { !$0.firstScalar.properties.isLogicalOrderException } ?? drawable.first
    }
}

extension Character {
    fileprivate var firstScalar: Unicode.Scalar { unicodeScalars[unicodeScalars.startIndex] }

    fileprivate var separatesWords: Bool {
        switch firstScalar.properties.generalCategory {
        case .dashPunctuation, .connectorPunctuation: true
        default: self == "." || self == ","
        }
    }

    fileprivate var isLetterOrNumber: Bool {
        switch firstScalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            true
        default: false
        }
    }

    fileprivate var canStandForWord: Bool {
        isLetterOrNumber || firstScalar.properties.generalCategory == .otherSymbol
    }

    /// Whether two of the kind side by side read as initials.
    fileprivate var isPaired: Bool {
        firstScalar.properties.isCased || firstScalar.properties.generalCategory == .decimalNumber
    }

    /// As it begins a title, which Georgian writes without capitals; no more of it than a cluster may need.
    fileprivate var capital: String {
        let titlecase = firstScalar.properties.titlecaseMapping
        let first = titlecase.unicodeScalars.count == 1 ? titlecase : String(firstScalar)
        return first
            + String(String.UnicodeScalarView(unicodeScalars.dropFirst().prefix(Initials.maxClusterScalars - 1)))
    }

    /// Without what follows the first scalar: the letter without marks, the emoji without skin colour.
    fileprivate var bare: String { Character(firstScalar).capital }
}
