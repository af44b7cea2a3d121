import FoundationEssentials
import ProfileImages

extension MediaID {
    /// A new identifier that is a UUID, RFC 9562 §5.4.
    static func randomUUID() -> MediaID {
        MediaID(uuid: UUID().uuidString) ?? .random()
    }

    /// Reads the form of RFC 9562 §4, in whatever case.
    init?(uuid text: String) {
        let groups = text.lowercased().split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12] else { return nil }
        self.init(rawValue: groups.joined())
    }

    /// The identifier in the form of RFC 9562 §4.
    var uuid: String {
        var rest = rawValue[...]
        return [8, 4, 4, 4, 12].map { count in
            defer { rest = rest.dropFirst(count) }
            return String(rest.prefix(count))
        }.joined(separator: "-")
    }
}
