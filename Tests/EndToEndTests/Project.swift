import Foundation
import Synchronization

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

    private static let nextPort = Atomic(Int(getpid()) % 11_000)

    /// A port of the loopback address that nobody listens on now, and that no other test is given. It is below those that
    /// the kernel gives to connections (ip_local_port_range, ip(7)): one of these could be taken before it is listened on.
    static func freePort() throws -> Int {
        for _ in 0..<1000 {
            let port = 20_000 + nextPort.wrappingAdd(1, ordering: .relaxed).newValue % 12_000
            if isFree(port) { return port }
        }
        throw CocoaError(.fileReadUnknown)
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
