import Bytes
import Crypto
import FoundationEssentials
import ProfileImages

/// A strong entity tag, RFC 9110 §8.8.3. The tag of a profile image is the image's identifier; representations other
/// than JSON add a suffix, because two representations must not share a tag.
struct EntityTag: Equatable {
    /// Includes the quotation marks.
    let rawValue: String

    static func of(_ image: ProfileImage, as representation: Representation) -> EntityTag {
        EntityTag(rawValue: "\"\(image.id.rawValue)\(representation.entityTagSuffix)\"")
    }

    /// The tag of a profile is its revision.
    static func of(_ profile: Profile) -> EntityTag {
        EntityTag(rawValue: "\"r\(profile.revision)\"")
    }

    /// Returns the revision in a header with one tag of a profile; nil for other headers.
    static func profileRevision(_ header: String) -> Int64? {
        guard header.hasPrefix("\"r"), header.hasSuffix("\"") else { return nil }
        return Int64(header.dropFirst(2).dropLast())
    }

    /// Makes a tag from a digest: the same `parts` give the same tag.
    init(digestOf parts: [String]) {
        let digest = SHA256.hash(data: Data(parts.joined(separator: "\0").utf8))
        rawValue = "\"\(digest.prefix(16).map(\.hexadecimal).joined())\""
    }

    private init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Whether an `If-None-Match` header contains this tag, by weak comparison (§13.1.2).
    func isNamed(by ifNoneMatch: String?) -> Bool {
        let tags = Self.list(ifNoneMatch ?? "")
        return tags == ["*"] || tags.contains { $0 == rawValue || $0 == "W/\(rawValue)" }
    }

    /// Returns the images that an `If-Match` header names, in any representation. Weak tags match nothing (§13.1.1).
    static func strongMatch(_ header: String?) -> Precondition.Match? {
        match(header) { $0 }
    }

    /// Returns the images that an `If-None-Match` header names, in any representation, by weak comparison.
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

/// The representations of a profile image.
enum Representation: String, CaseIterable {
    case json
    case image
    case text

    /// Chooses the representation for an `Accept` header, RFC 9110 §12.5.1.
    ///
    /// JSON and image bytes must be named. A client that accepts any type, or none of the three, gets Base64 text,
    /// which is more useful than a 406.
    init(accept: String?) {
        // Nearly all clients that want JSON send exactly this.
        guard accept != "application/json" else {
            self = .json
            return
        }
        let ranges = ParameterizedValue.list(accept ?? "")
        var best: (representation: Representation, quality: Double) = (.text, 0)
        for representation in Self.allCases {
            let quality = ranges.filter { representation.isNamed(by: $0.value) }.map(\.quality).max() ?? 0
            if quality > best.quality { best = (representation, quality) }
        }
        self = best.representation
    }

    private func isNamed(by mediaRange: String) -> Bool {
        switch self {
        case .json: mediaRange == "application/json" || mediaRange == "application/*"
        case .image: mediaRange.hasPrefix("image/")
        case .text: mediaRange.hasPrefix("text/plain") || mediaRange == "text/*"
        }
    }
}
