import FoundationEssentials
import GraphQL
import HTTPTypes

extension Problem {
    /// Creates a problem with a reason and a message of Authgear.
    static func authgear(
        _ reason: String,
        _ message: String,
        status: HTTPResponse.Status = .badRequest
    ) -> Problem {
        Problem(status, code: reason, message)
    }

    static func authgear(_ message: String) -> Problem {
        authgear("Invalid", message)
    }

    static let assetTooLarge = authgear("BadRequest", "asset too large")

    /// The response with Authgear's error object.
    func authgearResponse() -> Response {
        struct Envelope: Encodable {
            let error: AuthgearError
        }
        let error = AuthgearError(self)
        let response = try? Response.json(
            Envelope(error: error),
            status: HTTPResponse.Status(code: error.code),
            headerFields: headerFields
        )
        return response ?? Response(status)
    }
}

/// Authgear's error object.
private struct AuthgearError: Encodable {
    let name: String
    let reason: String
    let message: String
    let code: Int

    init(_ problem: Problem) {
        switch problem.status {
        case .contentTooLarge: self.init(name: "BadRequest", problem: .assetTooLarge)
        case .badRequest where problem.code == "BadRequest": self.init(name: "BadRequest", problem: problem)
        case .badRequest where problem.code.first?.isUppercase ?? false: self.init(name: "Invalid", problem: problem)
        case .conflict:
            self.init(
                name: "AlreadyExists",
                problem: .authgear("DuplicatedImage", "duplicated image", status: .conflict)
            )
        case .unauthorized: self.init(name: "Unauthorized", reason: "Unauthorized", problem)
        case .forbidden: self.init(name: "Forbidden", reason: "Forbidden", problem)
        case .notFound: self.init(name: "NotFound", reason: "NotFound", problem)
        case .serviceUnavailable: self.init(name: "ServiceUnavailable", reason: "ServiceUnavailable", problem)
        case .insufficientStorage: self.init(name: "ServiceUnavailable", reason: "ServiceUnavailable", problem)
        case .internalServerError:
            self.init(name: "InternalError", reason: "UnexpectedError", message: "unexpected error", code: 500)
        case .methodNotAllowed: self.init(name: "Invalid", reason: "Invalid", problem)
        default: self.init(name: "Invalid", reason: "Invalid", message: problem.detail, code: 400)
        }
    }

    private init(name: String, problem: Problem) {
        self.init(name: name, reason: problem.code, problem)
    }

    private init(name: String, reason: String, _ problem: Problem) {
        self.init(name: name, reason: reason, message: problem.detail, code: problem.status.code)
    }

    private init(name: String, reason: String, message: String, code: Int) {
        self.name = name
        self.reason = reason
        self.message = message
        self.code = code
    }
}

/// The faults of attributes, each with its location, a JSON Pointer.
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

    /// - Throws: `FieldError` if there are faults.
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
