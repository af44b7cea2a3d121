import Foundation

/// Where the project's files are.
enum Project {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path()

    /// The program that was built with the tests and lies beside them, or the one that `make` names.
    static let portraitd =
        ProcessInfo.processInfo.environment["PORTRAITD_PROGRAM"]
        ?? URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "portraitd").path()

    /// Runs a program and returns what it prints.
    static func output(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws -> String {
        let file = LogFile(path: "\(NSTemporaryDirectory())portraitd-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: file.path) }
        try ChildProcess(path, arguments, environment: environment, output: file).wait()
        return file.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A port of the loopback address that nobody listens on now.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw CocoaError(.fileReadUnknown) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
