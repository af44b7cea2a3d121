import ArgumentParser
import Composition
import Storage

/// `portraitd migrate`: migrates the database to this version's schema.
struct Migrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Migrate the database to this version's schema, and list all migrations that were applied.",
        discussion: """
            serve and worker migrate the database too when they start; with this command you can do it before. A \
            migration cannot be undone: make a backup first.
            """
    )

    @OptionGroup var options: SettingsOptions

    func run() throws {
        let settings = try options.settings()
        let store = try SQLiteMetadataStore(settings, for: .migrating)
        for step in try store.migrations() { print(step) }
    }
}
