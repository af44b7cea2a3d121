import ArgumentParser
import Composition
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
            abstract: "Create a key and print it. It is shown only once: portraitd stores only its digest.",
            discussion: """
                An application sends it as Authorization: Bearer KEY, and acts for every user within the key's scopes:

                  portraitd key create --name shop --scope "profile:read profile:write"

                To rotate it, create another, give that to the application, and revoke the first.
                """
        )

        @OptionGroup var options: SettingsOptions

        @Option(help: "The name of the key in lists.")
        var name = ""

        @Option(
            help: "Scopes, separated by spaces: profile:read, profile:write, admin.",
            transform: [Scope].init(argument:)
        )
        var scope: [Scope]?

        @Option(help: "The system whose clients use the key as their secret key: clerk.")
        var dialect: DialectName?

        @Flag(help: "Print a JSON object that also contains the identifier.")
        var json = false

        func validate() throws {
            guard let dialect else {
                guard scope != nil else { throw ValidationError("Add --scope or --dialect.") }
                return
            }
            guard dialect.apiKeyPrefix != nil else {
                throw ValidationError("\(dialect.rawValue) has no API keys of its own: leave --dialect out.")
            }
        }

        func run() throws {
            let store = try SQLiteMetadataStore(options.settings(), for: .writing)
            let token = APIKeyToken.random(prefix: dialect?.apiKeyPrefix ?? APIKeyToken.ownPrefix)
            // In other systems a secret key has all rights.
            let key = token.stored(name: name, scopes: Set(scope ?? [.admin]), createdAt: .now)
            try store.write { try $0.addAPIKey(key, by: .command("key create")) }
            print(json ? try JSONLine.text(KeyLine(key, token: token.rawValue)) : token.rawValue)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the keys: identifier, time, scopes, name.")

        @OptionGroup var options: SettingsOptions

        @Flag(help: "Print one JSON object per line.")
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
            discussion: "The list shows the identifier. In the key it is the part before the last underscore."
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

/// An API key in printed form.
struct KeyLine: Encodable {
    let id: String
    let name: String
    let scopes: [String]
    let createdAt: Date
    /// The key itself; only at its creation.
    let key: String?

    init(_ stored: APIKey, token: String? = nil) {
        id = stored.id
        name = stored.name
        scopes = stored.scopes.map(\.rawValue).sorted()
        createdAt = stored.createdAt
        key = token
    }
}
