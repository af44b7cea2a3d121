import HTTPTypes
import ProfileImages

/// The changes in a PATCH of a user, or of a user's metadata.
struct ClerkUserPatch {
    private typealias Change = (inout ProfileAttributes) -> Void

    private static let names: [(String, any WritableKeyPath<ProfileAttributes, String?> & Sendable)] = [
        ("first_name", \.givenName), ("last_name", \.familyName), ("username", \.userName),
    ]
    private static let metadata: [(String, any WritableKeyPath<ProfileAttributes, [String: JSONValue]> & Sendable)] = [
        ("unsafe_metadata", \.metadata), ("public_metadata", \.publicMetadata), ("private_metadata", \.privateMetadata),
    ]

    /// Nil keeps the image; an inner nil removes it.
    let image: MediaID??
    private let changes: [Change]

    /// Reads the PATCH of a user: it replaces each kind of metadata that it names.
    /// - Throws: a problem with status 422.
    init(_ body: consuming JSONObjectReader) throws {
        image = try body.value("profile_image_id").map { (value) throws in try Self.imageID(value) }
        var changes: [Change] = []
        for (name, path) in Self.names {
            guard let text = try body.text(name, maxBytes: ProfileService.maxNameBytes) else { continue }
            changes.append { $0[keyPath: path] = text.flatMap { $0.isEmpty ? nil : $0 } }
        }
        self.changes = changes + (try Self.metadata(of: &body) { $1 })
        try Self.finish(body)
    }

    /// Reads the PATCH of a user's metadata: it merges each kind of metadata, RFC 7396.
    /// - Throws: a problem with status 422.
    init(metadata body: consuming JSONObjectReader) throws {
        image = nil
        changes = try Self.metadata(of: &body) { JSONValue.object($0).merging(.object($1)).members }
        try Self.finish(body)
    }

    func apply(to attributes: inout ProfileAttributes) {
        for change in changes { change(&attributes) }
    }

    private static func metadata(
        of body: inout JSONObjectReader,
        combine: @escaping (_ old: [String: JSONValue], _ new: [String: JSONValue]) -> [String: JSONValue]
    ) throws -> [Change] {
        var changes: [Change] = []
        for (name, path) in metadata {
            switch body.value(name) {
            case nil: continue
            case .null?: changes.append { $0[keyPath: path] = [:] }
            case .object(let new)?: changes.append { $0[keyPath: path] = combine($0[keyPath: path], new) }
            default: throw CodedError.badMember(name, "must be an object")
            }
        }
        return changes
    }

    /// Refuses unknown members, except null and false, which clients send for unset parameters.
    private static func finish(_ body: consuming JSONObjectReader) throws {
        var body = body
        let names = body.names.sorted()
        guard let unknown = names.first(where: { ![.null, false].contains(body.value($0)) }) else { return }
        throw Problem(
            .unprocessableContent,
            clerk: .parameterUnknown,
            "\(unknown) is not a valid parameter for this request.",
            parameter: unknown
        )
    }

    private static func imageID(_ value: JSONValue) throws -> MediaID? {
        if value == .null { return nil }
        guard case .string(let text) = value, text.hasPrefix("img_"),
            let id = MediaID(rawValue: String(text.dropFirst("img_".count)))
        else { throw Problem.noMedia }
        return id
    }
}

extension JSONValue {
    /// The members of an object; empty for any other value.
    fileprivate var members: [String: JSONValue] {
        if case .object(let members) = self { members } else { [:] }
    }
}
