import FoundationEssentials

/// Turns the texts of a `SettingsSource` into values, and collects faults: an unknown key or a value of the wrong type
/// is reported, and is never replaced by a default.
///
/// Each call names a setting, its default, its allowed values and its purpose. These calls are the only list of
/// settings: docs/configuration.md, portraitd.conf and its manual page are generated from them.
package struct SettingsReader {
    private let source: SettingsSource
    private let readsSecrets: Bool
    /// The section of the settings that are read next.
    package var section = SettingDescription.Section.places
    /// All settings with their values, in reading order.
    package private(set) var effective: [EffectiveSetting] = []
    /// The descriptions of all settings, in reading order.
    package private(set) var descriptions: [SettingDescription] = []
    private var faults: [String]

    /// - Parameter readingSecrets: whether `secret` reads files. If false, secrets are nil.
    package init(_ source: SettingsSource, readingSecrets: Bool = true) {
        self.source = source
        readsSecrets = readingSecrets
        faults = source.faults
    }

    /// Reads a text; nil if the setting is empty or absent.
    /// - Parameters:
    ///   - written: the default as it is written in the file; empty if there is none.
    ///   - note: the default in words, if it depends on the machine or cannot be written.
    ///   - values: the allowed values; empty for any text.
    package mutating func text(
        _ key: String,
        written: String = "",
        note: String = "",
        values: String = "",
        isSecret: Bool = false,
        help: String
    ) -> String? {
        let entry = source.entries[key].flatMap { $0.value.isEmpty ? nil : $0 }
        let value = entry.map { isSecret ? "(\($0.value.utf8.count) bytes)" : $0.value } ?? written
        effective.append(EffectiveSetting(key: key, value: value, origin: entry?.origin ?? "default"))
        descriptions.append(
            SettingDescription(
                key: key,
                section: section,
                default: note.isEmpty ? written : "",
                note: note,
                values: values,
                help: help
            )
        )
        return entry?.value
    }

    /// Reads a value with `parse`; `fallback` if the setting is absent. A text for which `parse` returns nil is a
    /// fault.
    package mutating func value<Value>(
        _ key: String,
        default fallback: Value,
        written: String = "",
        note: String = "",
        values: String,
        help: String,
        parse: (String) -> Value?
    ) -> Value {
        guard let text = text(key, written: written, note: note, values: values, help: help) else { return fallback }
        if let value = parse(text) { return value }
        addFault(key, values)
        return fallback
    }

    package mutating func path(_ key: String, default fallback: String, help: String) -> String {
        text(key, written: fallback, help: help) ?? fallback
    }

    package mutating func integer(
        _ key: String,
        in range: ClosedRange<Int>,
        default fallback: Int,
        note: String = "",
        help: String
    ) -> Int {
        value(
            key,
            default: fallback,
            written: String(fallback),
            note: note,
            values: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            help: help
        ) { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    package mutating func integers(
        _ key: String,
        in range: ClosedRange<Int>,
        default fallback: [Int],
        help: String
    ) -> [Int] {
        value(
            key,
            default: fallback,
            written: fallback.map(String.init).joined(separator: ","),
            values: "different whole numbers from \(range.lowerBound) to \(range.upperBound), separated by commas",
            help: help
        ) { text in
            let texts = Self.members(of: text)
            guard !texts.isEmpty else { return fallback }
            let numbers = Set(texts.compactMap { Int($0) }.filter(range.contains))
            return numbers.count == texts.count ? numbers.sorted() : nil
        }
    }

    package mutating func boolean(_ key: String, default fallback: Bool, help: String) -> Bool {
        value(key, default: fallback, written: String(fallback), values: "true or false", help: help) { Bool($0) }
    }

    package mutating func choice<Value: RawRepresentable<String>>(
        _ key: String,
        of choices: [Value],
        default fallback: Value,
        help: String
    ) -> Value {
        value(
            key,
            default: fallback,
            written: fallback.rawValue,
            values: "one of \(choices.map(\.rawValue).joined(separator: ", "))",
            help: help
        ) { text in choices.first { $0.rawValue == text } }
    }

    package mutating func choices<Value: RawRepresentable<String>>(
        _ key: String,
        of choices: [Value],
        default fallback: [Value],
        help: String
    ) -> [Value] {
        value(
            key,
            default: fallback,
            written: fallback.map(\.rawValue).joined(separator: ","),
            values: "different ones of \(choices.map(\.rawValue).joined(separator: ", ")), separated by commas",
            help: help
        ) { text in
            let texts = Self.members(of: text)
            guard !texts.isEmpty else { return fallback }
            let values = texts.compactMap { text in choices.first { $0.rawValue == text } }
            return values.count == texts.count && Set(texts).count == texts.count ? values : nil
        }
    }

    /// Reads a comma-separated list. A list without members counts as not set, here and in the other lists.
    package mutating func list(_ key: String, default fallback: [String] = [], note: String = "", help: String)
        -> [String]
    {
        let members = text(key, written: fallback.joined(separator: ","), note: note, help: help).map(Self.members)
        return members.flatMap { $0.isEmpty ? nil : $0 } ?? fallback
    }

    /// Splits a comma-separated text, and removes white space around the members.
    package static func members(of text: String) -> [String] {
        text.split(separator: ",").map { String(SettingsSource.trimmed($0)) }.filter { !$0.isEmpty }
    }

    /// Reads a secret: from the setting, from the file that `KEY_FILE` names, or from the systemd credential with the
    /// setting's name.
    package mutating func secret(_ key: String, minBytes: Int, note: String = "", help: String) -> String? {
        let fileKey = "\(key)_FILE"
        let direct = text(key, note: note, values: "at least \(minBytes) bytes", isSecret: true, help: help)
        let path = text(fileKey, help: "The file that holds \(key).")
        guard readsSecrets else { return nil }
        guard direct == nil || path == nil else {
            faults.append("\(key) and \(fileKey) are both set; set one.")
            return nil
        }
        let credential = direct == nil && path == nil ? source.credential(key) : nil
        let place = credential.map { "the credential \($0.name)" } ?? (direct == nil ? fileKey : key)
        guard let secret = direct ?? (path ?? credential?.path).flatMap({ contents(of: $0, for: place) }) else {
            return nil
        }
        if credential != nil, let index = effective.firstIndex(where: { $0.key == key }) {
            effective[index] = EffectiveSetting(key: key, value: "(\(secret.utf8.count) bytes)", origin: place)
        }
        if secret.utf8.count >= minBytes { return secret }
        faults.append("\(place) holds a secret of \(secret.utf8.count) bytes; it needs \(minBytes).")
        return nil
    }

    /// Ends the reading.
    /// - Throws: all faults, including unknown keys.
    package func finish() throws(SettingsFaults) {
        let known = Set(effective.map(\.key))
        let unknown = source.entries.filter { !known.contains($0.key) }
            .map { "\($0.key) (\($0.value.origin)) is not a setting of portraitd." }
        let all = faults + unknown.sorted()
        guard all.isEmpty else { throw SettingsFaults(all, effective: effective) }
    }

    private mutating func addFault(_ key: String, _ values: String) {
        guard let entry = source.entries[key] else { return }
        faults.append("\(key) (\(entry.origin)) is \"\(entry.value)\"; it must be \(values).")
    }

    private mutating func contents(of path: String, for place: String) -> String? {
        guard let data = try? Data(contentsOf: URL(filePath: path)), var text = String(data: data, encoding: .utf8)
        else {
            faults.append("\(place) names a file that cannot be read: \(path).")
            return nil
        }
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }
}

/// One setting with the value that is in effect, for display.
package struct EffectiveSetting: Equatable, Encodable, Sendable {
    package let key: String
    /// Empty if the setting is absent; for a secret only its length.
    package let value: String
    /// The origin: `portraitd.conf line 3`, `the environment`, `the credential jwt-secret`, or `default`.
    package let origin: String
}

/// All faults of the settings, one sentence each.
package struct SettingsFaults: Error, CustomStringConvertible {
    package let faults: [String]
    /// All settings as far as they could be read.
    package let effective: [EffectiveSetting]

    package init(_ faults: [String], effective: [EffectiveSetting] = []) {
        self.faults = faults
        self.effective = effective
    }

    package var description: String {
        faults.joined(separator: "\n")
    }
}
