import ArgumentParser
import Composition
import FoundationEssentials
import ProfileImages
import Server

/// `portraitd token`: makes a bearer token with the shared secret, for tests.
struct Token: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a bearer token for a user, signed with PORTRAITD_JWT_SECRET.",
        discussion: """
            For tests with the rights of a user; in production your own sign-in makes such tokens. Only root can read \
            the secret that an installation creates:

              sudo PORTRAITD_JWT_SECRET_FILE=/etc/portraitd/jwt-secret portraitd token --user alice
            """
    )

    @OptionGroup var options: SettingsOptions

    @Option(help: "The user that the token is for.", transform: UserID.init(argument:))
    var user: UserID

    @Option(
        help: "Scopes, separated by spaces: profile:read, profile:write, admin.",
        transform: [Scope].init(argument:)
    )
    var scope: [Scope] = [.read, .write]

    @Option(help: "How long the token is valid, in seconds.")
    var lifetime = 86400

    func run() throws {
        let settings = try options.settings(readingSecrets: true)
        guard let secret = settings.jwtSecret else {
            throw ExitCode.configuration.because(
                "PORTRAITD_JWT_SECRET is not set; there is nothing to sign a token with."
            )
        }
        let claims = TokenClaims(
            sub: user.rawValue,
            iss: settings.tokenPolicy.issuer,
            aud: settings.tokenPolicy.audience.map(Audience.init),
            exp: Date.now.timeIntervalSince1970.rounded() + Double(lifetime),
            scope: scope.map(\.rawValue).joined(separator: " ")
        )
        print(try waiting { try await claims.signed(withSecret: secret) })
    }
}
