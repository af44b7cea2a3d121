package import Logging
import SystemPackage
package import Threads

/// Writes log messages to standard error in logfmt. Each line has the priority prefix of sd-daemon(3), which the
/// journal interprets and removes.
package struct LogfmtHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    private let level: Reloadable<Logger.Level>

    /// - Parameter level: the log level of the whole process.
    package init(level: Reloadable<Logger.Level>) {
        self.level = level
    }

    package var logLevel: Logger.Level {
        get { level.value }
        set { level.value = newValue }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let own = event.metadata ?? [:]
        let fields = metadata.isEmpty ? own : metadata.merging(own) { $1 }
        let line = Self.line(level: event.level, message: "\(event.message)", metadata: fields)
        // One write(2) for each line, so that lines of several threads do not mix. A failed write cannot be reported
        // anywhere.
        _ = try? FileDescriptor.standardError.writeAll(line.utf8)
    }

    /// Returns one line with its line break. The fields are sorted by name.
    static func line(level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
        var line = ""
        line.reserveCapacity(512)
        line += "<\(priority(of: level))>level=\(level.rawValue) msg="
        line += quoted(message)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += " "
            line += key
            line += "="
            if case .string(let text) = value { line += quoted(text) } else { line += quoted("\(value)") }
        }
        line += "\n"
        return line
    }

    /// The priorities of syslog(3).
    private static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }

    /// Quotes a value that is not printable ASCII without spaces, so that a message is always one line.
    private static func quoted(_ value: String) -> String {
        let isPlain = { (byte: UInt8) in
            (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
                && byte != UInt8(ascii: "=")
        }
        if !value.isEmpty, value.utf8.allSatisfy(isPlain) { return value }
        let escaped = value.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            default:
                [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
                    ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
