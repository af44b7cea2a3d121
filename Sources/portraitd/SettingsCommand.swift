import ArgumentParser
import Composition
import Configuration

/// `portraitd settings`: prints the reference of all settings.
struct SettingsCommand: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case conf, markdown
    }

    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Print every setting with its default and what it is for.",
        discussion: "The output is the installed portraitd.conf(5), or the same text in Markdown."
    )

    @Option(help: "conf, a configuration file, or markdown.")
    var format = Format.conf

    func run() throws {
        let reference = try start { try Settings.reference() }
        print(format == .conf ? reference.configurationFile : reference.markdown, terminator: "")
    }
}
