import FoundationEssentials

/// The texts of the settings with their origins: from a configuration file, and from the environment, which overrides
/// the file.
package struct SettingsSource: Sendable {
    /// The text of one setting with its origin.
    package struct Entry: Equatable, Sendable {
        package let value: String
        /// For display: `portraitd.conf line 3`, or `the environment`.
        package let origin: String
    }

    /// The prefix of every key.
    static let prefix = "PORTRAITD_"

    package private(set) var entries: [String: Entry] = [:]
    package private(set) var faults: [String] = []
    /// The folder in which systemd puts the unit's secrets, one file each: systemd.exec(5), `LoadCredential=`.
    private let credentialsFolder: String?

    /// - Parameters:
    ///   - file: the text of a configuration file in the format of systemd's `EnvironmentFile=`, systemd.exec(5).
    ///   - fileName: the file's name in messages.
    ///   - environment: the process's environment; only keys with the prefix `PORTRAITD_` are read.
    package init(file: String = "", fileName: String = "", environment: [String: String]) {
        credentialsFolder = environment["CREDENTIALS_DIRECTORY"]
        for (number, line) in file.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            add(line: line, origin: "\(fileName) line \(number + 1)")
        }
        for (key, value) in environment where key.hasPrefix(Self.prefix) {
            entries[key] = Entry(value: value, origin: "the environment")
        }
    }

    /// Returns the credential for `key` if it exists: `jwt-secret` for `PORTRAITD_JWT_SECRET`.
    func credential(_ key: String) -> (name: String, path: String)? {
        let name = key.dropFirst(Self.prefix.count).lowercased().replacing("_", with: "-")
        guard let path = credentialsFolder.map({ "\($0)/\(name)" }), FileManager.default.fileExists(atPath: path) else {
            return nil
        }
        return (name, path)
    }

    private mutating func add(line: Substring, origin: String) {
        let text = Self.trimmed(line)
        guard let first = text.first, first != "#", first != ";" else { return }
        guard let equals = text.firstIndex(of: "=") else {
            faults.append("\(origin) is not KEY=value.")
            return
        }
        let key = String(Self.trimmed(text[..<equals]))
        guard entries[key] == nil else {
            faults.append("\(origin) sets \(key) a second time.")
            return
        }
        entries[key] = Entry(value: Self.unquoted(Self.trimmed(text[text.index(after: equals)...])), origin: origin)
    }

    private static func unquoted(_ text: Substring) -> String {
        guard text.count >= 2, let quote = text.first, quote == "\"" || quote == "'", text.last == quote else {
            return String(text)
        }
        return String(text.dropFirst().dropLast())
    }

    static func trimmed(_ text: Substring) -> Substring {
        var rest = text.drop { $0.isWhitespace }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest
    }
}
