import ArgumentParser
import Server
import Storage

/// `portraitd migrate`: the database as this version needs it.
struct Migrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database to this version's schema, and list the steps that it has had.",
        discussion: """
            serve does the same when it starts; here it can be done, and watched, before. There is no way back: make a backup \
            first.
            """
    )

    @OptionGroup var options: SettingsOptions

    func run() throws {
        let settings = try options.settings()
        let store = try SQLiteMetadataStore(settings, for: .migrating)
        for step in try store.migrations() { print(step) }
    }
}
