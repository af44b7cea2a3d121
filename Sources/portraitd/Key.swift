import ArgumentParser
import FoundationEssentials
import ProfileImages
import Server
import Storage

/// `portraitd key`: the API keys of applications.
struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Create, list and revoke API keys.",
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a key and print it. It is shown this once: only its digest is stored.",
            discussion: """
                An application sends it as Authorization: Bearer KEY, and acts for every user within the key's scopes:

                  portraitd key create --name shop --scope "profile:read profile:write"

                To rotate it, create another, give that to the application, and revoke the first.
                """
        )

        @OptionGroup var options: SettingsOptions

        @Option(help: "What to call the key in lists.")
        var name = ""

        @Option(
            help: "Scopes, separated by spaces: profile:read, profile:write, admin.",
            transform: [Scope].init(argument:)
        )
        var scope: [Scope]?

        @Option(help: "The system whose clients use the key, as its secret key: clerk.")
        var dialect: DialectName?

        @Flag(help: "Print a JSON object, with the identifier by which the key is revoked.")
        var json = false

        func validate() throws {
            guard let dialect else {
                guard scope != nil else { throw ValidationError("Say --scope, or --dialect.") }
                return
            }
            guard dialect.apiKeyPrefix != nil else {
                throw ValidationError("\(dialect.rawValue) has no API keys of its own: leave --dialect out.")
            }
        }

        func run() throws {
            let store = try SQLiteMetadataStore(options.settings(), for: .writing)
            let token = APIKeyToken.random(prefix: dialect?.apiKeyPrefix ?? APIKeyToken.ownPrefix)
            // What other systems call a secret key may do everything.
            let key = token.stored(name: name, scopes: Set(scope ?? [.admin]), createdAt: .now)
            try store.write { try $0.addAPIKey(key, by: .command("key create")) }
            print(json ? try JSONLine.text(KeyLine(key, token: token.rawValue)) : token.rawValue)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the keys: identifier, time, scopes, name.")

        @OptionGroup var options: SettingsOptions

        @Flag(help: "A JSON object a line.")
        var json = false

        func run() throws {
            let store = try SQLiteMetadataStore(options.settings(), for: .reading)
            for key in try store.read({ try $0.apiKeys() }).map({ KeyLine($0) }) {
                let columns = [key.id, key.createdAt.ISO8601Format(), key.scopes.joined(separator: " "), key.name]
                print(json ? try JSONLine.text(key) : columns.joined(separator: "\t"))
            }
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke a key. It is refused from the next request on.",
            discussion: "The identifier stands in the list, and in the key itself: before its last underscore."
        )

        @OptionGroup var options: SettingsOptions

        @Argument(help: "The key's identifier, as the list shows it.")
        var id: String

        func run() throws {
            let store = try SQLiteMetadataStore(options.settings(), for: .writing)
            guard try store.write({ try $0.revokeAPIKey(id: id, by: .command("key revoke"), at: .now) }) else {
                throw ExitCode.failure.because("There is no key \(id).")
            }
        }
    }
}
