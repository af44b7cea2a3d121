import ProfileImages

extension JSONObjectReader {
    private static let urlForm =
        "must be an http or https URL of at most \(RemoteURL.maxBytes) bytes, without a name and password"

    /// The URL of a picture, which must be there.
    mutating func remoteURL(_ name: String) throws(Problem) -> RemoteURL {
        guard case .string(let text) = value(name), let url = RemoteURL(rawValue: text) else {
            throw .badMember(name, Self.urlForm)
        }
        return url
    }

    /// The URL of a picture; null is none.
    mutating func remoteURLIfPresent(_ name: String) throws(Problem) -> RemoteURL? {
        try remoteURLOrNull(name) ?? nil
    }

    /// The URL of a picture.
    /// - Returns: nil when there is no such member; an inner nil when it is null.
    mutating func remoteURLOrNull(_ name: String) throws(Problem) -> RemoteURL?? {
        guard let value = value(name) else { return nil }
        if value == .null { return .some(nil) }
        guard case .string(let text) = value, let url = RemoteURL(rawValue: text) else {
            throw .badMember(name, Self.urlForm)
        }
        return url
    }

    /// A name; null and an empty text are none.
    mutating func name(_ name: String) throws(Problem) -> String? {
        let text = try text(name, maxBytes: ProfileService.maxNameBytes) ?? nil
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// When what a connection says is taken over, which must be there.
    mutating func identitySync(_ name: String) throws(Problem) -> IdentitySync {
        guard case .string(let text) = value(name), let sync = IdentitySync(rawValue: text) else {
            throw .badMember(name, "must be one of \(IdentitySync.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return sync
    }
}
