import Foundation
import TestSupport

/// An instance that `scripts/run` starts, as `make run` does.
final class RunScript: Sendable {
    let url: String
    private let process: ChildProcess
    private let output: LogFile
    private let errorOutput: LogFile

    /// Starts the instance in the folder `state`, and returns when it reports that it is ready.
    /// - Parameter command: the command that starts it, with its arguments.
    init(
        state: String,
        port: Int,
        command: [String] = ["\(Project.root)scripts/run", Project.portraitd]
    ) throws {
        url = "http://127.0.0.1:\(port)"
        output = LogFile(path: "\(NSTemporaryDirectory())portraitd-run-\(UUID().uuidString)")
        errorOutput = LogFile(path: "\(output.path).log")
        process = try ChildProcess(
            command[0],
            Array(command.dropFirst()),
            environment: ["STATE": state, "PORT": String(port)],
            output: output,
            errorOutput: errorOutput
        )
        guard waitUntil({ output.text.contains("portraitd is ready on \(url)\n") }), curlLine != nil else {
            throw CocoaError(
                .executableNotLoadable,
                userInfo: [NSLocalizedDescriptionKey: "\(output.text)\(errorOutput.text)"]
            )
        }
    }

    deinit {
        stop(by: SIGTERM)
        for file in [output, errorOutput] { try? FileManager.default.removeItem(atPath: file.path) }
    }

    /// The printed example for users.
    var curlLine: String? {
        output.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.first {
            $0.hasPrefix("curl ")
        }
    }

    /// The server processes.
    var servers: (portraitd: [Int32], nginx: [Int32]) {
        (process.descendants(named: "portraitd"), process.descendants(named: "nginx"))
    }

    /// Ends the script with `signal`, and returns its status. Ends and returns the servers that it leaves behind.
    @discardableResult
    func stop(by signal: Int32) -> (status: Int32, left: [Int32]) {
        let servers = servers
        process.signal(signal)
        // A script that does not end its servers waits for them forever.
        waitUntil(within: .seconds(10)) { !ChildProcess.isRunning(process.id) }
        let left = (servers.portraitd + servers.nginx).filter(ChildProcess.isRunning)
        for id in left { kill(id, SIGKILL) }
        return (process.wait(), left)
    }
}
