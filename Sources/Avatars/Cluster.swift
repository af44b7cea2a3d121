import Bytes

/// One user-perceived character (UAX #29): a letter with its marks, a syllable, or an emoji sequence.
struct Cluster {
    /// Never empty.
    private(set) var scalars: [Unicode.Scalar]

    /// An emoji family of four with skin colours has eleven scalars; the longest Tibetan syllables have about as many.
    private static let maxScalars = 12

    /// Signs that put one consonant under another. Shaping needs the whole syllable, but a Swift `Character` ends after
    /// these signs: only Unicode 16 gives them the property `InCB=Linker` (UAX #29, GB9c).
    private static let linkers = Set<Unicode.Scalar>([
        "\u{94D}", "\u{9CD}", "\u{ACD}", "\u{B4D}", "\u{C4D}", "\u{D4D}", "\u{1039}", "\u{17D2}", "\u{1A60}",
        "\u{1B44}", "\u{1BAB}", "\u{A9C0}", "\u{AAF6}", "\u{10A3F}", "\u{11133}", "\u{113D0}", "\u{1193E}",
        "\u{11A47}", "\u{11A99}", "\u{11F42}",
    ])

    /// Placeholder symbols, which fonts draw as a dashed box or circle. The last four are the emoji components for
    /// hair.
    private static let placeholders = Set<Unicode.Scalar>([
        "\u{25CC}", "\u{FFFC}", "\u{FFFD}", "\u{1F9B0}", "\u{1F9B1}", "\u{1F9B2}", "\u{1F9B3}",
    ])

    /// Splits a text into clusters, in order.
    static func all(in text: String) -> [Cluster] {
        var clusters: [Cluster] = []
        for character in text {
            let scalars = Array(character.unicodeScalars)
            if let last = clusters.last, last.joins(scalars[0]) {
                clusters[clusters.count - 1].scalars += scalars
            } else {
                clusters.append(Cluster(scalars: scalars))
            }
        }
        return clusters
    }

    private func joins(_ next: Unicode.Scalar) -> Bool {
        isLetterOrNumber && Self.linkers.contains(scalars[scalars.count - 1])
            && next.properties.generalCategory == .otherLetter
    }

    private var first: Unicode.Scalar { scalars[0] }
    private var category: Unicode.GeneralCategory { first.properties.generalCategory }

    func `is`(_ scalar: Unicode.Scalar) -> Bool { scalars == [scalar] }

    var isSpace: Bool { first.properties.isWhitespace }

    var separatesWords: Bool {
        switch category {
        case .dashPunctuation, .connectorPunctuation: !isPicture
        default: self.is(".") || self.is(",")
        }
    }

    /// Whether the cluster is a symbol or an emoji, which a font shows as one glyph or not at all. Characters that are
    /// emoji only on request need a sign in the cluster: U+20E3 (keycap) for digits, `#` and `*`, otherwise U+FE0F
    /// (variation selector 16).
    var isPicture: Bool {
        let properties = first.properties
        guard category != .otherSymbol else { return true }
        guard !properties.isEmojiModifier else { return false }
        let sign: Unicode.Scalar = first.isASCII ? "\u{20E3}" : "\u{FE0F}"
        return properties.isEmojiPresentation || properties.isEmoji && scalars.contains(sign)
    }

    var isLetterOrNumber: Bool {
        switch category {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            !isPicture
        default: false
        }
    }

    var canStandForWord: Bool { isLetterOrNumber || isPicture && !Self.placeholders.contains(first) }

    /// Whether it is a vowel sign that is written before its consonant.
    var isLogicalOrderException: Bool { first.properties.isLogicalOrderException }

    /// Whether two clusters of this kind side by side read as initials: cased letters and decimal digits.
    var isPaired: Bool { !isPicture && (first.properties.isCased || category == .decimalNumber) }

    /// The texts to try, best first. The whole cluster is followed, for fonts that lack it, by an emoji sequence up to
    /// its first joiner, and by the first scalar alone: the letter without marks, the emoji without skin colour.
    var candidates: [String] {
        var candidates = [capital]
        if isPicture, let joiner = scalars.firstIndex(of: "\u{200D}"), joiner > 1 {
            candidates.append(Self.text(scalars[..<joiner]))
        }
        let bare = Self.text([capitalScalar])
        return candidates.last == bare ? candidates : candidates + [bare]
    }

    /// The cluster in titlecase, with at most `maxScalars` scalars. Titlecase, because Georgian titles have no
    /// capitals.
    var capital: String {
        var kept = [capitalScalar] + followers.prefix(Self.maxScalars - 1)
        while kept.count > 1, Self.linkers.contains(kept[kept.count - 1]) { kept.removeLast() }
        return Self.text(kept)
    }

    private var capitalScalar: Unicode.Scalar {
        let titlecase = first.properties.titlecaseMapping.unicodeScalars
        return titlecase.count == 1 ? titlecase[titlecase.startIndex] : first
    }

    /// The scalars that are drawn after the first. If there are more than four accents or points, all are dropped: no
    /// orthography puts so many on one letter. Enclosing marks are dropped: they fit one letter of the same font and
    /// size, and would cover the letter beside it.
    private var followers: [Unicode.Scalar] {
        let rest = Array(scalars.dropFirst())
        guard !isPicture else { return rest }
        guard rest.count(where: \.isAccent) <= 4 else { return [] }
        return rest.filter { $0.properties.generalCategory != .enclosingMark && $0 != "\u{FE0E}" && $0 != "\u{FE0F}" }
    }

    private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }
}

extension Unicode.Scalar {
    /// Whether it is a mark above, below or through a letter; signs that form syllables are not counted.
    fileprivate var isAccent: Bool {
        switch properties.canonicalCombiningClass {
        case .notReordered, .nukta, .kanaVoicing, .virama: false
        default: true
        }
    }
}
