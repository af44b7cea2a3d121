import FoundationEssentials
import Imaging

/// Turns the texts of a `SettingsSource` into values. It collects faults: an unknown key, or a value of the wrong type,
/// is reported and never becomes a default.
struct SettingsReader {
    /// Many more than cores: half of them may wait for memory, and reads must find one free all the same. A thread that
    /// waits takes 20 kB.
    static let defaultWorkers = min(max(64, 8 * ProcessInfo.processInfo.activeProcessorCount), 256)

    private let source: SettingsSource
    private let readsSecrets: Bool
    /// Every setting that was asked for, in that order.
    private(set) var effective: [EffectiveSetting] = []
    private var faults: [String]

    init(_ source: SettingsSource, readingSecrets: Bool) {
        self.source = source
        readsSecrets = readingSecrets
        faults = source.faults
    }

    /// A text; an empty one counts as not set.
    /// - Parameter fallback: what holds then, as it would be written.
    mutating func text(_ key: String, default fallback: String = "", isSecret: Bool = false) -> String? {
        let entry = source.entries[key].flatMap { $0.value.isEmpty ? nil : $0 }
        let value = entry.map { isSecret ? "(\($0.value.utf8.count) bytes)" : $0.value } ?? fallback
        effective.append(EffectiveSetting(key: key, value: value, origin: entry?.origin ?? "default"))
        return entry?.value
    }

    mutating func path(_ key: String, default fallback: String) -> String {
        text(key, default: fallback) ?? fallback
    }

    mutating func integer(_ key: String, in range: ClosedRange<Int>, default fallback: Int) -> Int {
        guard let text = text(key, default: String(fallback)) else { return fallback }
        if let number = Int(text), range.contains(number) { return number }
        addFault(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        return fallback
    }

    /// Bytes for all pictures together; so many at least, by default too, that the largest upload fits.
    mutating func memoryBudget(_ key: String, maxBytes: Int) -> Int {
        let least = MemoryBudget.minUploads * maxBytes
        return integer(key, in: least...Int(Int32.max) * 16, default: max(MemoryBudget.defaultBytes, least))
    }

    mutating func integers(_ key: String, in range: ClosedRange<Int>, default fallback: [Int]) -> [Int] {
        let texts = list(key, default: fallback.map(String.init))
        guard !texts.isEmpty else { return fallback }
        let numbers = texts.compactMap { Int($0) }.filter(range.contains)
        if numbers.count == texts.count, Set(numbers).count == numbers.count { return numbers.sorted() }
        addFault(key, "different whole numbers from \(range.lowerBound) to \(range.upperBound), separated by commas")
        return fallback
    }

    mutating func boolean(_ key: String, default fallback: Bool) -> Bool {
        guard let text = text(key, default: String(fallback)) else { return fallback }
        if let value = Bool(text) { return value }
        addFault(key, "true or false")
        return fallback
    }

    mutating func choice<Value: RawRepresentable<String>>(
        _ key: String,
        of choices: [Value],
        default fallback: Value
    ) -> Value {
        guard let text = text(key, default: fallback.rawValue) else { return fallback }
        if let value = choices.first(where: { $0.rawValue == text }) { return value }
        addFault(key, "one of \(choices.map(\.rawValue).joined(separator: ", "))")
        return fallback
    }

    mutating func choices<Value: RawRepresentable<String>>(
        _ key: String,
        of choices: [Value],
        default fallback: [Value]
    ) -> [Value] {
        let texts = list(key, default: fallback.map(\.rawValue))
        guard !texts.isEmpty else { return fallback }
        let values = texts.compactMap { text in choices.first { $0.rawValue == text } }
        if values.count == texts.count, Set(texts).count == texts.count { return values }
        addFault(key, "different ones of \(choices.map(\.rawValue).joined(separator: ", ")), separated by commas")
        return fallback
    }

    /// The members of a comma-separated list.
    mutating func list(_ key: String, default fallback: [String] = []) -> [String] {
        ParameterizedValue.split(text(key, default: fallback.joined(separator: ",")) ?? "", at: ",")
            .filter { !$0.isEmpty }
    }

    /// An absolute http or https URL, without the slashes at its end.
    mutating func baseURL(_ key: String) -> String? {
        guard var text = text(key) else { return nil }
        while text.hasSuffix("/") { text.removeLast() }
        if let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host() != nil, url.query() == nil {
            return text
        }
        addFault(key, "a URL like https://images.example.com")
        return nil
    }

    /// A secret: from the setting itself, from the file that `KEY_FILE` names, or else from the credential of its name.
    mutating func secret(_ key: String, minBytes: Int) -> String? {
        let fileKey = "\(key)_FILE"
        let direct = text(key, isSecret: true)
        let path = text(fileKey)
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
        // RFC 7518 §3.2: a key for HS256 has at least the size of its hash.
        faults.append("\(place) holds a secret of \(secret.utf8.count) bytes; it needs \(minBytes).")
        return nil
    }

    /// - Throws: all faults, with the unknown keys.
    func finish() throws(SettingsFaults) {
        let known = Set(effective.map(\.key))
        let unknown = source.entries.filter { !known.contains($0.key) }
            .map { "\($0.key) (\($0.value.origin)) is not a setting of portraitd." }
        let all = faults + unknown.sorted()
        guard all.isEmpty else { throw SettingsFaults(all, effective: effective) }
    }

    private mutating func contents(of path: String, for place: String) -> String? {
        guard let data = try? Data(contentsOf: URL(filePath: path)), let text = String(data: data, encoding: .utf8)
        else {
            faults.append("\(place) names a file that cannot be read: \(path).")
            return nil
        }
        return text.trimmingSuffix { $0.isNewline }
    }

    mutating func addFault(_ key: String, _ expectation: String) {
        guard let entry = source.entries[key] else { return }
        faults.append("\(key) (\(entry.origin)) is \"\(entry.value)\"; it must be \(expectation).")
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, predicate(last) { text.removeLast() }
        return text
    }
}
