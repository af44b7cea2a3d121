import ArgumentParser
import FoundationEssentials
import ProfileImages
import Server

extension UserID {
    init(argument: String) throws {
        guard let user = UserID(rawValue: argument) else {
            throw ValidationError("A user has 1 to \(UserID.maxBytes) bytes and no control characters.")
        }
        self = user
    }
}

extension [Scope] {
    init(argument: String) throws {
        self = try argument.split(separator: " ").map { name in
            let scope = Scope(rawValue: String(name))
            let all = Scope.own + Auth0Scope.allCases.map(\.scope)
            guard all.contains(scope) else {
                let known = all.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("\(name) is not a scope; there are \(known).")
            }
            return scope
        }
    }
}

extension DialectName: ExpressibleByArgument {}

extension AuditActor {
    /// The user who runs a command, also through sudo(8).
    static func command(_ name: String) -> AuditActor {
        let process = ProcessInfo.processInfo
        return AuditActor(.command, name: "\(name) by \(process.environment["SUDO_USER"] ?? process.userName)")
    }
}
