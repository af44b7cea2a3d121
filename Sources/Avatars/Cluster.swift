/// What a reader takes for one character: a letter with its marks, a syllable, or an emoji sequence.
struct Cluster {
    /// Never empty.
    private(set) var scalars: [Unicode.Scalar]

    /// A family of four with a skin colour each has eleven, the longest syllables of Tibetan about as many.
    private static let maxScalars = 12

    /// Shaping needs a syllable whole. Swift's characters end after the signs of these scripts that put one consonant under
    /// another: they are `InCB=Linker` in Unicode 16 only (UAX #29, GB9c).
    private static let linkers = Set<Unicode.Scalar>([
        "\u{94D}", "\u{9CD}", "\u{ACD}", "\u{B4D}", "\u{C4D}", "\u{D4D}", "\u{1039}", "\u{17D2}", "\u{1A60}",
        "\u{1B44}", "\u{1BAB}", "\u{A9C0}", "\u{AAF6}", "\u{10A3F}", "\u{11133}", "\u{113D0}", "\u{1193E}",
        "\u{11A47}", "\u{11A99}", "\u{11F42}",
    ])

    /// Symbols that only hold the place of something: fonts draw a dashed box or circle for them. The last four are hair.
    private static let placeholders = Set<Unicode.Scalar>([
        "\u{25CC}", "\u{FFFC}", "\u{FFFD}", "\u{1F9B0}", "\u{1F9B1}", "\u{1F9B2}", "\u{1F9B3}",
    ])

    /// Those of a text, in its order.
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

    /// Whether it is a symbol, which a font shows as one glyph or not at all. Of the characters that are emoji only when that
    /// is asked for, digits, `#` and `*` need a keycap, the others the variation selector.
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

    /// Whether two of the kind side by side read as initials.
    var isPaired: Bool { !isPicture && (first.properties.isCased || category == .decimalNumber) }

    /// What to draw, the best first: for fonts that lack the whole, an emoji sequence up to its first joiner, then the letter
    /// without marks, the emoji without skin colour.
    var candidates: [String] {
        var candidates = [capital]
        if isPicture, let joiner = scalars.firstIndex(of: "\u{200D}"), joiner > 1 {
            candidates.append(Self.text(scalars[..<joiner]))
        }
        let bare = Self.text([capitalScalar])
        return candidates.last == bare ? candidates : candidates + [bare]
    }

    /// As it begins a title, which Georgian writes without capitals; no more of it than a cluster may need.
    var capital: String {
        var kept = [capitalScalar] + followers.prefix(Self.maxScalars - 1)
        while kept.count > 1, Self.linkers.contains(kept[kept.count - 1]) { kept.removeLast() }
        return Self.text(kept)
    }

    private var capitalScalar: Unicode.Scalar {
        let titlecase = first.properties.titlecaseMapping.unicodeScalars
        return titlecase.count == 1 ? titlecase[titlecase.startIndex] : first
    }

    /// What is drawn after the first scalar. No orthography puts more than four accents or points on a letter. What encloses
    /// a letter is made for one of the same font and size, and would be drawn across the one beside it.
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
    /// Whether it goes above, below or through a letter. Signs that make syllables are not counted.
    fileprivate var isAccent: Bool {
        switch properties.canonicalCombiningClass {
        case .notReordered, .nukta, .kanaVoicing, .virama: false
        default: true
        }
    }
}
