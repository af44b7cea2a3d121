/// A JSON value, RFC 8259.
package enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The maximum nesting depth of arrays and objects in a JSON text.
    package static let maxDepth = 64

    /// The maximum length of an object's member name in an untrusted text, in UTF-8 bytes.
    package static let maxNameBytes = 1024

    /// Reads a JSON text in UTF-8 that this program has written.
    /// - Throws: `MalformedJSON`, also for an object with a repeated name.
    package init(trusted json: [UInt8]) throws(MalformedJSON) {
        var reader = JSONReader(json, isTrusted: true)
        self = try reader.document()
    }

    /// Reads a JSON text in UTF-8 from an untrusted source.
    /// - Throws: `MalformedJSON`, also for an object with a repeated name, for a name longer than `maxNameBytes`, and
    ///   for more than 30 combining marks in a row: hashing such strings takes too long.
    package init(untrusted json: [UInt8]) throws(MalformedJSON) {
        var reader = JSONReader(json, isTrusted: false)
        self = try reader.document()
    }

    /// The nesting depth of arrays and objects: 0 for all other values.
    package var depth: Int {
        switch self {
        case .array(let values): 1 + (values.map(\.depth).max() ?? 0)
        case .object(let members): 1 + (members.values.map(\.depth).max() ?? 0)
        default: 0
        }
    }

    /// Returns this value with `patch` applied: JSON Merge Patch, RFC 7396 §2.
    package func merging(_ patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var members: [String: JSONValue] = [:]
        if case .object(let own) = self { members = own }
        for (name, change) in changes {
            members[name] = change == .null ? nil : (members[name] ?? .null).merging(change)
        }
        return .object(members)
    }
}

extension JSONValue: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}
