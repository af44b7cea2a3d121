import FoundationEssentials

/// The settings as texts, with where each comes from: a configuration file, and the environment, which overrides it.
package struct SettingsSource: Sendable {
    /// One setting as it stands in its place.
    struct Entry: Equatable, Sendable {
        let value: String
        /// For people: `portraitd.conf line 3`, or `the environment`.
        let origin: String
    }

    /// The beginning of every key.
    static let prefix = "PORTRAITD_"

    private(set) var entries: [String: Entry] = [:]
    private(set) var faults: [String] = []
    /// Where the service manager has put the unit's secrets, a file each (systemd.exec(5), `LoadCredential=`).
    private let credentialsFolder: String?

    /// - Parameters:
    ///   - file: the text of a configuration file in the form of systemd's `EnvironmentFile=`, systemd.exec(5).
    ///   - fileName: what faults call that file.
    ///   - environment: the process's environment; only keys that begin with `PORTRAITD_` are looked at.
    package init(file: String = "", fileName: String = "", environment: [String: String]) {
        credentialsFolder = environment["CREDENTIALS_DIRECTORY"]
        for (number, line) in file.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            add(line: line, origin: "\(fileName) line \(number + 1)")
        }
        for (key, value) in environment where key.hasPrefix(Self.prefix) {
            entries[key] = Entry(value: value, origin: "the environment")
        }
    }

    /// The file of the credential that is called as `key` is: `jwt-secret` for `PORTRAITD_JWT_SECRET`.
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

    private static func trimmed(_ text: Substring) -> Substring {
        var rest = text.drop { $0.isWhitespace }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest
    }
}
