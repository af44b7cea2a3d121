import FoundationEssentials
import ProfileImages

/// JSON Lines: one value, one line.
enum JSONLine {
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601WithMilliseconds
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
