/// When what an identity provider says of a user goes into their profile.
package enum IdentitySync: String, CaseIterable, Sendable {
    case onEachLogin = "on_each_login"
    case onFirstLogin = "on_first_login"
    case neverOnLogin = "never_on_login"

    /// - Parameter isFirst: whether the user signs in by this connection for the first time.
    func applies(isFirst: Bool) -> Bool {
        switch self {
        case .onEachLogin: true
        case .onFirstLogin: isFirst
        case .neverOnLogin: false
        }
    }
}
