import ProfileImages

/// A strong entity-tag, RFC 9110 §8.8.3. A profile image's is the image's identifier, with a suffix in all representations
/// but JSON, as two representations must not share one.
struct EntityTag: Equatable {
    /// With its quotation marks.
    let rawValue: String

    static func of(_ image: ProfileImage, as representation: Representation) -> EntityTag {
        EntityTag(rawValue: "\"\(image.id.rawValue)\(representation.entityTagSuffix)\"")
    }

    /// A profile's changes with its revision.
    static func of(_ profile: Profile) -> EntityTag {
        EntityTag(rawValue: "\"r\(profile.revision)\"")
    }

    /// The revision in a header that holds one profile's tag.
    static func profileRevision(_ header: String) -> Int64? {
        guard header.hasPrefix("\"r"), header.hasSuffix("\"") else { return nil }
        return Int64(header.dropFirst(2).dropLast())
    }

    /// Whether an `If-None-Match` header names this tag, by weak comparison (§13.1.2).
    func isNamed(by ifNoneMatch: String?) -> Bool {
        let tags = Self.list(ifNoneMatch ?? "")
        return tags == ["*"] || tags.contains { $0 == rawValue || $0 == "W/\(rawValue)" }
    }

    /// The images that an `If-Match` header names, in whatever representation. Weak tags match nothing (§13.1.1).
    static func strongMatch(_ header: String?) -> Precondition.Match? {
        match(header) { $0 }
    }

    /// The images that an `If-None-Match` header names, in whatever representation, by weak comparison.
    static func weakMatch(_ header: String?) -> Precondition.Match? {
        match(header) { $0.hasPrefix("W/") ? $0.dropFirst(2) : $0 }
    }

    private static func match(_ header: String?, strongTag: (Substring) -> Substring) -> Precondition.Match? {
        guard let header else { return nil }
        let tags = list(header)
        if tags == ["*"] { return .any }
        return .images(Set(tags.compactMap { image(namedBy: strongTag($0[...])) }))
    }

    private static func image(namedBy tag: Substring) -> MediaID? {
        guard tag.count >= 2, tag.first == "\"", tag.last == "\"" else { return nil }
        let opaque = tag.dropFirst().dropLast()
        return Representation.allCases.lazy
            .filter { opaque.hasSuffix($0.entityTagSuffix) }
            .compactMap { MediaID(rawValue: String(opaque.dropLast($0.entityTagSuffix.count))) }
            .first
    }

    private static func list(_ header: String) -> [String] {
        ParameterizedValue.split(header, at: ",")
    }
}

extension Representation {
    fileprivate var entityTagSuffix: String {
        switch self {
        case .json: ""
        case .image: "-image"
        case .text: "-text"
        }
    }
}
