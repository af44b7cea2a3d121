import ArgumentParser
import SystemPackage

extension ExitCode {
    /// EX_CONFIG of sysexits.h: the settings are wrong, and starting again does not help.
    static let configuration = ExitCode(78)

    /// Prints why a command cannot go on, a line each with its priority for the journal, sd-daemon(3).
    func because(_ reason: String) -> ExitCode {
        let lines = reason.split(whereSeparator: \.isNewline).map { "<3>portraitd: \($0)\n" }.joined()
        _ = try? FileDescriptor.standardError.writeAll(lines.utf8)
        return self
    }
}
