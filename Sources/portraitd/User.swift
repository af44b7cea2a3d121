import ArgumentParser
import Composition
import FoundationEssentials
import Glibc
import Logging
import ProfileImages
import Server
import Storage

/// `portraitd user`: shows, lists and erases users.
struct User: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show, list and erase users.",
        subcommands: [Show.self, List.self, Erase.self]
    )

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a user's profile as JSON.")

        @OptionGroup var options: SettingsOptions

        @Argument(help: "The user.", transform: UserID.init(argument:))
        var user: UserID

        func run() throws {
            let settings = try options.settings()
            let store = try SQLiteMetadataStore(settings, for: .reading)
            guard let profile = try store.read({ try $0.profile(of: user) }) else {
                throw ExitCode.failure.because("There is no user \(user.rawValue).")
            }
            print(try JSONLine.text(Person(profile, urls: PictureURLs(settings.service, metadata: store))))
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the users: identifier, time of creation, current image, name, e-mail address."
        )

        private static let batch = 1000

        @OptionGroup var options: SettingsOptions

        @Option(help: "Only users whose name or e-mail address has words that begin with these words.")
        var search: String?

        @Flag(help: "Print one JSON object per line, like portraitd user show.")
        var json = false

        func run() throws {
            let settings = try options.settings()
            let store = try SQLiteMetadataStore(settings, for: .reading)
            let urls = try PictureURLs(settings.service, metadata: store)
            var query = ProfileQuery(limit: Self.batch)
            query.words = search.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
            while true {
                let page = try store.read { try $0.profiles(query) }
                for profile in page.profiles {
                    print(json ? try JSONLine.text(Person(profile, urls: urls)) : Self.line(profile))
                }
                guard let next = page.next else { return }
                query.after = next
            }
        }

        private static func line(_ profile: Profile) -> String {
            [
                profile.userID.rawValue, profile.createdAt.iso8601, profile.image?.id.rawValue ?? "-",
                profile.attributes.name ?? "-", profile.attributes.email?.rawValue ?? "-",
            ].joined(separator: "\t")
        }
    }

    struct Erase: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Erase a user with all images and all other data, and print the receipt as JSON.",
            discussion: """
                On a terminal it asks for confirmation. When it ends, the files are removed from this disk; a backup \
                loses them at its next run. The audit contains the digest of the receipt.
                """
        )

        @OptionGroup var options: SettingsOptions

        @Flag(help: "Do not ask.")
        var yes = false

        @Argument(help: "The user.", transform: UserID.init(argument:))
        var user: UserID

        func run() throws {
            let settings = try options.settings()
            guard isMeant() else { throw ExitCode.failure.because("Nothing was erased.") }
            let logger = Logger(settings)
            do {
                let erasure = try Workshop(settings, for: .writing, logger: logger).services.profiles
                    .erase(user, by: .command("user erase"))
                print(try JSONLine.text(ErasureReceipt(erasure)))
            } catch ProfileError.unknownUser {
                throw ExitCode.failure.because("There is no user \(user.rawValue).")
            }
        }

        private func isMeant() -> Bool {
            guard !yes, isatty(STDIN_FILENO) == 1 else { return true }
            print("Erase \(user.rawValue) and all their images for good? [y/N] ", terminator: "")
            return readLine()?.lowercased().hasPrefix("y") == true
        }
    }
}
