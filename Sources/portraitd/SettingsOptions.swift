import ArgumentParser
import Composition
import Configuration
import FoundationEssentials
import Logging
import Server
import Threads

/// The options for the source of a command's settings.
struct SettingsOptions: ParsableArguments {
    private static let defaultPath = "/etc/portraitd/portraitd.conf"

    @Option(
        help: ArgumentHelp(
            "The configuration file: KEY=value lines. The environment overrides it.",
            discussion: "Without this option \(defaultPath) is read if it exists.",
            valueName: "file"
        )
    )
    var config: String?

    /// Reads the settings, or prints every fault and ends the command with EX_CONFIG.
    /// - Parameter readingSecrets: whether secrets are read. A command that needs no secrets need not have access to
    ///   their files.
    func settings(readingSecrets: Bool = false) throws -> Settings {
        do {
            return try Settings(source(), readingSecrets: readingSecrets)
        } catch let error as SettingsFaults {
            throw ExitCode.configuration.because(error.description)
        }
    }

    /// Reads the texts of the settings.
    /// - Throws: `SettingsFaults`.
    func source() throws -> SettingsSource {
        try SettingsSource(file: text(), fileName: path, environment: ProcessInfo.processInfo.environment)
    }

    private var path: String {
        config ?? Self.defaultPath
    }

    private func text() throws -> String {
        guard config != nil || FileManager.default.fileExists(atPath: path) else { return "" }
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8)
        else {
            throw SettingsFaults(["The configuration file \(path) cannot be read."])
        }
        return text
    }
}

extension Logger {
    /// Creates a logger to standard error with the log level of the settings.
    init(_ settings: Settings) {
        self.init(level: Reloadable(settings.logLevel))
    }

    /// Creates a logger to standard error with a log level that can change.
    init(level: Reloadable<Logger.Level>) {
        self.init(label: "portraitd") { _ in LogfmtHandler(level: level) }
    }
}
