/// A use of a type: §2.11.
package indirect enum TypeReference: Hashable, Sendable {
    case named(String)
    case list(TypeReference)
    case nonNull(TypeReference)

    /// The type that lists and non-null marks wrap.
    var name: String {
        switch self {
        case .named(let name): name
        case .list(let item), .nonNull(let item): item.name
        }
    }

    var isNonNull: Bool {
        if case .nonNull = self { true } else { false }
    }

    /// The same without its non-null mark.
    var nullable: TypeReference {
        if case .nonNull(let type) = self { type } else { self }
    }

    /// Whether every value of this type is one of `other`: §5.8.5.
    func fits(_ other: TypeReference) -> Bool {
        switch (self, other) {
        case (.nonNull(let own), .nonNull(let other)): own.fits(other)
        case (.nonNull(let own), _): own.fits(other)
        case (.list(let own), .list(let other)): own.fits(other)
        case (.named(let own), .named(let other)): own == other
        default: false
        }
    }
}

extension TypeReference: CustomStringConvertible {
    package var description: String {
        switch self {
        case .named(let name): name
        case .list(let item): "[\(item)]"
        case .nonNull(let type): "\(type)!"
        }
    }
}

extension TypeReference: ExpressibleByStringLiteral {
    /// A type in the notation of documents, for schemas: `"[User!]!"`.
    package init(stringLiteral text: String) {
        if text.hasSuffix("!") {
            self = .nonNull(TypeReference(stringLiteral: String(text.dropLast())))
        } else if text.hasPrefix("["), text.hasSuffix("]") {
            self = .list(TypeReference(stringLiteral: String(text.dropFirst().dropLast())))
        } else {
            self = .named(text)
        }
    }
}
