import ArgumentParser
import Logging
import Server

/// `portraitd check`: whether the settings are right, and with `--connect` whether all that they name is there.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print every setting with its value and where it comes from, and every fault at once.",
        discussion: """
            A secret is not printed, only that there is one. --connect also tries the database, the state folder, the socket \
            and, where PORTRAITD_PUBLIC_URL is set, nginx. Ends with 78 when a setting is wrong, and with 1 when something \
            cannot be reached.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Try the database, the state folder, the socket and nginx, too.")
    var connect = false

    @Flag(help: "As JSON: an object a line.")
    var json = false

    func run() throws {
        let settings = try effectiveSettings()
        guard connect else { return }
        let outcomes = ConnectionChecks(settings).run()
        for outcome in outcomes { print(json ? try JSONLine.text(outcome) : outcome.text) }
        guard outcomes.allSatisfy(\.isWell) else { throw ExitCode.failure }
    }

    private func effectiveSettings() throws -> Settings {
        do {
            let settings = try Settings(options.source())
            try show(settings.effective)
            return settings
        } catch let error as SettingsFaults {
            try show(error.effective)
            if json { for fault in error.faults { print(try JSONLine.text(["fault": fault])) } }
            throw ExitCode.configuration.because(error.description)
        }
    }

    private func show(_ effective: [EffectiveSetting]) throws {
        for setting in effective {
            print(json ? try JSONLine.text(setting) : "\(setting.key)=\(setting.value)\t(\(setting.origin))")
        }
    }
}
