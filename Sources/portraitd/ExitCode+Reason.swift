import ArgumentParser
import Glibc
import SystemPackage

extension ExitCode {
    /// The command line cannot be understood.
    static let usage = ExitCode(2)
    /// EX_CONFIG of sysexits.h: the settings are wrong, and starting again does not help.
    static let configuration = ExitCode(78)

    /// Prints why a command cannot go on: to a person as it is, and otherwise each line with its priority for the journal,
    /// sd-daemon(3).
    func because(_ reason: String) -> ExitCode {
        let prefix = isatty(FileDescriptor.standardError.rawValue) == 1 ? "" : "<3>"
        let lines = reason.split(whereSeparator: \.isNewline).map { "\(prefix)portraitd: \($0)" }
        return saying(lines.joined(separator: "\n"))
    }

    /// Prints a message as it is.
    func saying(_ message: String) -> ExitCode {
        _ = try? FileDescriptor.standardError.writeAll("\(message)\n".utf8)
        return self
    }
}
