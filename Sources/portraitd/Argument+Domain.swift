import ArgumentParser
import ProfileImages

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
            guard let scope = Scope(rawValue: String(name)) else {
                let known = Scope.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("\(name) is not a scope; there are \(known).")
            }
            return scope
        }
    }
}
