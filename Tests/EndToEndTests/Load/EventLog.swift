import Foundation

/// The events of all users, read from `/events`.
struct EventLog {
    struct Entry {
        let id: String
        let type: String
        let subject: String
        let sequence: String
        let person: [String: Any]

        /// Nil if `json` is not a CloudEvent.
        init?(_ json: [String: Any]) {
            guard let id = json["id"] as? String, let type = json["type"] as? String,
                let subject = json["subject"] as? String, let sequence = json["sequence"] as? String
            else { return nil }
            (self.id, self.type, self.subject, self.sequence) = (id, type, subject, sequence)
            person = (json["data"] as? [String: Any])?["person"] as? [String: Any] ?? [:]
        }

        /// Whether the event reports `mark`.
        func tells(_ mark: Knowledge.Mark) -> Bool {
            switch mark {
            case .picture(let id): type.hasPrefix("profileimage.") && person["profileImage"] as? String == id
            case .removed: type == "profileimage.removed"
            case .name(let name): person["fullName"] as? String == name
            case .erased: type == "profile.erased"
            }
        }
    }

    let entries: [Entry]

    /// Reads all events.
    init(of instance: Instance) throws {
        let token = try instance.token("root", scope: "admin")
        var (entries, after): ([Entry], String) = ([], "0")
        while true {
            let page = try instance.curl("/events?limit=500&after=\(after)", token: token).json
            guard let events = page["events"] as? [[String: Any]], let next = page["next"] as? String else {
                throw CocoaError(.fileReadCorruptFile)
            }
            entries += events.compactMap(Entry.init)
            if events.isEmpty { break }
            after = next
        }
        self.entries = entries
    }

    /// The first mark of `history` that no event of `user` reports in this order.
    func missing(of history: [Knowledge.Mark], by user: String) -> Knowledge.Mark? {
        var events = entries.filter { $0.subject == user }[...]
        for mark in history {
            guard let index = events.firstIndex(where: { $0.tells(mark) }) else { return mark }
            events = events[(index + 1)...]
        }
        return nil
    }
}
