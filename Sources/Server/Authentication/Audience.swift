/// The `aud` claim, RFC 7519 §4.1.3: one name, or a list of them.
///
/// JWTKit's own type traps on an empty list.
package struct Audience: Codable, Equatable, Sendable {
    package let names: [String]

    package init(_ name: String) {
        names = [name]
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        names = try (try? [container.decode(String.self)]) ?? container.decode([String].self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(names)
    }
}
