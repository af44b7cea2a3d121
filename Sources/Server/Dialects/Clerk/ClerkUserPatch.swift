import HTTPTypes
import ProfileImages

/// What a PATCH of a user asks for. Each kind of metadata is set as a whole, unlike in the native API.
struct ClerkUserPatch {
    private static let metadata: [(String, any WritableKeyPath<ProfileAttributes, [String: JSONValue]> & Sendable)] = [
        ("unsafe_metadata", \.metadata), ("public_metadata", \.publicMetadata), ("private_metadata", \.privateMetadata),
    ]
    private static let names: [(String, any WritableKeyPath<ProfileAttributes, String?> & Sendable)] = [
        ("first_name", \.givenName), ("last_name", \.familyName), ("username", \.userName),
    ]

    /// Nil when the image stays, an inner nil when it is to go.
    let image: MediaID??
    private let newNames: [(any WritableKeyPath<ProfileAttributes, String?> & Sendable, String?)]
    private let newMetadata:
        [(any WritableKeyPath<ProfileAttributes, [String: JSONValue]> & Sendable, [String: JSONValue])]

    /// - Throws: a problem with status 422.
    init(_ body: consuming JSONObjectReader) throws(Problem) {
        image = try body.value("profile_image_id").map { (value) throws(Problem) in try Self.imageID(value) }
        var names: [(any WritableKeyPath<ProfileAttributes, String?> & Sendable, String?)] = []
        for (name, path) in Self.names {
            guard let text = try body.text(name, maxBytes: ProfileService.maxNameBytes) else { continue }
            names.append((path, text.flatMap { $0.isEmpty ? nil : $0 }))
        }
        newNames = names
        var metadata: [(any WritableKeyPath<ProfileAttributes, [String: JSONValue]> & Sendable, [String: JSONValue])] =
            []
        for (name, path) in Self.metadata {
            switch body.value(name) {
            case nil: continue
            case .null: metadata.append((path, [:]))
            case .object(let members): metadata.append((path, members))
            default: throw .badMember(name, "must be an object")
            }
        }
        newMetadata = metadata
        guard let unknown = body.names.min() else { return }
        throw Problem(
            .unprocessableContent,
            clerk: .parameterUnknown,
            "\(unknown) is not a valid parameter for this request.",
            parameter: unknown
        )
    }

    func apply(to attributes: inout ProfileAttributes) {
        for (path, name) in newNames { attributes[keyPath: path] = name }
        for (path, metadata) in newMetadata { attributes[keyPath: path] = metadata }
    }

    private static func imageID(_ value: JSONValue) throws(Problem) -> MediaID? {
        if value == .null { return nil }
        guard case .string(let text) = value, text.hasPrefix("img_"),
            let id = MediaID(rawValue: String(text.dropFirst("img_".count)))
        else { throw .noMedia }
        return id
    }
}
