import Foundation
import TestSupport

/// One successful system call in a trace by strace(1).
struct SystemCall: Sendable, CustomStringConvertible {
    let name: String
    /// The files of the call: the passed names, and the paths of its descriptors.
    let paths: [String]
    /// The lines of the trace where the call begins and returns.
    let start: Int
    let end: Int

    var description: String {
        "\(start)-\(end) \(name) \(paths.joined(separator: " "))"
    }

    /// Whether the call flushes the data of `path` to the disk.
    func flushes(_ path: String) -> Bool {
        ["fsync", "fdatasync"].contains(name) && paths.first == path
    }

    /// Whether the call removes the file or folder at `path`.
    func removes(_ path: String) -> Bool {
        ["unlink", "unlinkat", "rmdir"].contains(name) && paths.last == path
    }
}

extension SystemCall {
    /// The file system calls of `process` while `body` runs, in the order of their returns.
    static func trace<Value>(
        _ process: ChildProcess,
        in folder: String,
        while body: () throws -> Value
    ) throws -> (Value, [SystemCall]) {
        let trace = LogFile(path: "\(folder)/trace-\(UUID().uuidString)")
        let messages = LogFile(path: "\(trace.path).messages")
        let calls = "openat,mkdir,mkdirat,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,rmdir"
        let strace = try ChildProcess(
            "/usr/bin/strace",
            ["-f", "-y", "-e", "trace=\(calls)", "-o", trace.path, "-p", String(process.id)],
            errorOutput: messages
        )
        guard waitUntil({ messages.text.contains("attached") }) else {
            throw CocoaError(.featureUnsupported, userInfo: [NSLocalizedDescriptionKey: messages.text])
        }
        let value = try body()
        strace.signal(SIGINT)
        strace.wait()
        return (value, parse(trace.text))
    }

    /// A line is `THREAD name(arguments) = result`. If the threads switch meanwhile, it is split into
    /// `name(arguments <unfinished ...>` and `<... name resumed>rest) = result`.
    private static func parse(_ text: String) -> [SystemCall] {
        var calls: [SystemCall] = []
        var unfinished: [Substring: (start: Int, line: Substring)] = [:]
        for (number, line) in text.split(separator: "\n").enumerated() {
            guard let thread = line.split(separator: " ").first else { continue }
            var rest = line.dropFirst(thread.count).drop { $0 == " " }
            var start = number
            if let cut = rest.range(of: " <unfinished ...>") {
                unfinished[thread] = (number, rest[..<cut.lowerBound])
                continue
            }
            if rest.hasPrefix("<... "), let end = rest.firstIndex(of: ">"), let begun = unfinished[thread] {
                start = begun.start
                rest = begun.line + rest[rest.index(after: end)...]
            }
            guard let bracket = rest.firstIndex(of: "("), let result = rest.range(of: ") ", options: .backwards),
                !rest[result.upperBound...].hasPrefix("= -1")
            else { continue }
            let paths = paths(in: rest[rest.index(after: bracket)..<result.lowerBound])
            calls.append(SystemCall(name: String(rest[..<bracket]), paths: paths, start: start, end: number))
        }
        return calls
    }

    /// Paths of descriptors are in angle brackets, passed paths are in quotes; `AT_FDCWD<…>` does not count.
    private static func paths(in arguments: Substring) -> [String] {
        var folder = ""
        return arguments.components(separatedBy: ", ").compactMap { argument in
            if argument.hasPrefix("\"") {
                let path = argument.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
                return path.hasPrefix("/") ? path : "\(folder)/\(path)"
            }
            guard let open = argument.firstIndex(of: "<"), argument.hasSuffix(">") else { return nil }
            folder = String(argument[argument.index(after: open)...].dropLast())
            return argument.hasPrefix("AT_FDCWD") ? nil : folder
        }
    }
}
