import ArgumentParser
import FoundationEssentials
import Server

/// Where a command's settings come from.
struct SettingsOptions: ParsableArguments {
    private static let defaultPath = "/etc/portraitd/portraitd.conf"

    @Option(
        help: ArgumentHelp(
            "The configuration file: KEY=value lines. The environment overrides it.",
            discussion: "Without this option \(defaultPath) is read if it is there.",
            valueName: "file"
        )
    )
    var config: String?

    /// Reads the settings, or prints every fault and ends the command with EX_CONFIG.
    /// - Parameter readingSecrets: whether secrets are read: what verifies and signs nothing need not be able to read their files.
    func settings(readingSecrets: Bool = false) throws -> Settings {
        do {
            return try Settings(source(), readingSecrets: readingSecrets)
        } catch let error as SettingsFaults {
            throw ExitCode.configuration.because(error.description)
        }
    }

    /// Reads the settings as texts.
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
