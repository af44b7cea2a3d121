import ArgumentParser
import Composition
import Configuration
import Glibc
import ProfileImages
import Storage
import SystemPackage

extension ExitCode {
    /// The command line cannot be understood.
    static let usage = ExitCode(2)
    /// EX_CONFIG of sysexits.h: the settings are faulty, and a restart does not help.
    static let configuration = ExitCode(78)

    /// Prints why a command fails. On a terminal the text is unchanged; otherwise each line gets a priority for the
    /// journal, sd-daemon(3).
    func because(_ reason: String) -> ExitCode {
        let prefix = isatty(FileDescriptor.standardError.rawValue) == 1 ? "" : "<3>"
        let lines = reason.split(whereSeparator: \.isNewline).map { "\(prefix)portraitd: \($0)" }
        return saying(lines.joined(separator: "\n"))
    }

    /// Prints a message unchanged.
    func saying(_ message: String) -> ExitCode {
        _ = try? FileDescriptor.standardError.writeAll("\(message)\n".utf8)
        return self
    }
}

extension ParsableCommand {
    /// Turns errors at start-up into messages for the operator.
    func start<Value>(_ step: () throws -> Value) throws -> Value {
        do {
            return try step()
        } catch let error as ExitCode {
            throw error
        } catch let error as SettingsFaults {
            throw ExitCode.configuration.because(error.description)
        } catch let error as SchemaError {
            throw ExitCode.configuration.because(error.description)
        } catch {
            throw ExitCode.failure.because("\(error)")
        }
    }
}

/// Runs a command that stores much data, and turns errors of the stores into messages for the operator.
func explaining<Value>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let error as StoreError {
        throw ExitCode.failure.because("\(error)\nRun the command again to continue.")
    }
}
