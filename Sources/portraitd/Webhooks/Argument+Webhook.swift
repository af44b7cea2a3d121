import ArgumentParser
import ProfileImages

extension Webhook.Shape: ExpressibleByArgument {}

extension RemoteURL {
    init(argument: String) throws {
        guard let url = RemoteURL(rawValue: argument) else {
            throw ValidationError("A URL is absolute, begins with http or https, and holds no password.")
        }
        self = url
    }
}

extension Set<Event.Kind> {
    init(argument: String) throws {
        self = Set(
            try argument.split(separator: ",").map { name in
                guard let kind = Event.Kind(rawValue: String(name)) else {
                    let known = Event.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("\(name) is not an event; there are \(known).")
                }
                return kind
            }
        )
        guard !isEmpty else { throw ValidationError("Name at least one event.") }
    }
}

extension ExitCode {
    static func noWebhook(_ id: String) -> ExitCode {
        failure.because("There is no webhook \(id).")
    }
}
