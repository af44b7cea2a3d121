import Logging
@testable import Server
import Testing

@Suite struct LogfmtHandlerTests {
    @Test func `a line has priority, level, message and sorted fields`() {
        let line = LogfmtHandler.line(level: .error, message: "request", metadata: ["b": "2", "a": "x y"])
        #expect(line == "<3>level=error msg=request a=\"x y\" b=2\n")
    }

    @Test(arguments: ["a\nb", "a\r\nb", "\u{0}", "a\"b", "a\\b", "", "\u{85}", "\u{2028}"])
    func `a value never breaks its line or its quotes`(_ value: String) {
        let line = LogfmtHandler.line(level: .info, message: "m", metadata: ["v": "\(value)"])
        #expect(line.hasPrefix("<6>level=info msg=m v="))
        #expect(
            line.dropLast().unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x85 && $0.value != 0x2028 }
        )
        #expect(line.hasSuffix("\n"))
    }

    @Test(arguments: [(Logger.Level.critical, 2), (.error, 3), (.warning, 4), (.notice, 5), (.info, 6), (.debug, 7)])
    func `levels are mapped to syslog priorities`(_ level: Logger.Level, _ priority: Int) {
        #expect(LogfmtHandler.line(level: level, message: "m", metadata: [:]).hasPrefix("<\(priority)>"))
    }
}
