import GraphQL

/// What is wrong with attributes, by the places where it is.
struct AuthgearValidation {
    private var causes: [Value] = []

    mutating func add(_ location: String, _ kind: String, _ details: [(String, Value)] = []) {
        causes.append(
            .object([
                .init("location", .string(location)), .init("kind", .string(kind)),
                .init("details", .object(details.map { Value.Member($0.0, $0.1) })),
            ])
        )
    }

    /// - Throws: `FieldError` when something is wrong.
    func check() throws(FieldError) {
        guard !causes.isEmpty else { return }
        throw .authgear(
            "invalid value",
            name: "Invalid",
            reason: "ValidationFailed",
            info: .object([.init("causes", .list(causes))])
        )
    }
}

extension FieldError {
    static func authgear(
        _ message: String,
        name: String = "Invalid",
        reason: String = "Invalid",
        info: Value? = nil
    ) -> FieldError {
        let members: [Value.Member] = [.init("errorName", .string(name)), .init("reason", .string(reason))]
        return FieldError(message, extensions: .object(members + (info.map { [.init("info", $0)] } ?? [])))
    }

    static let userNotFound = authgear("user not found", name: "NotFound", reason: "UserNotFound")
}
