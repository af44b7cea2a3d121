import Foundation

/// The tests' Python environment with third-party libraries.
enum Python {
    private static let folder = "\(Project.root).build/python"

    static let interpreter = "\(folder)/bin/python"

    static func script(_ name: String) -> String {
        "\(Project.root)Tests/Python/\(name)"
    }

    /// Creates the environment if it does not exist.
    static func prepare() throws {
        let log = LogFile(path: "\(NSTemporaryDirectory())portraitd-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: log.path) }
        // All variables except PATH are passed on: they can hold pip's settings.
        let environment = ProcessInfo.processInfo.environment.filter { $0.key != "PATH" }
        let made = try ChildProcess(
            "\(Project.root)Tests/Python/environment",
            [folder],
            environment: environment,
            output: log,
            errorOutput: log
        ).wait()
        guard made == 0 else {
            throw CocoaError(.executableNotLoadable, userInfo: [NSLocalizedDescriptionKey: log.text])
        }
    }

    /// Runs a script to its end.
    /// - Returns: the exit status and the whole output.
    static func run(
        _ name: String,
        _ arguments: [String],
        environment: [String: String] = [:]
    ) throws -> (status: Int32, output: String) {
        try prepare()
        let log = LogFile(path: "\(NSTemporaryDirectory())portraitd-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: log.path) }
        let status = try ChildProcess(
            interpreter,
            [script(name)] + arguments,
            environment: environment,
            output: log,
            errorOutput: log
        ).wait()
        return (status, log.text)
    }
}
