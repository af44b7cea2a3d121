import Foundation
import Synchronization

/// The paths of the project's files.
enum Project {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path()

    /// The program beside the tests, which was built with them, or the program that `make` names.
    static let portraitd =
        ProcessInfo.processInfo.environment["PORTRAITD_PROGRAM"]
        ?? URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "portraitd").path()

    /// Runs a program, and returns its output.
    static func output(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws -> String {
        let file = LogFile(path: "\(NSTemporaryDirectory())portraitd-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: file.path) }
        try ChildProcess(path, arguments, environment: environment, output: file).wait()
        return file.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static let nextPort = Atomic(Int(getpid()) % 11_000)

    /// A free port of the loopback address that no other test gets. It is below the kernel's range for outgoing
    /// connections (ip_local_port_range, ip(7)): the kernel could assign a port of that range before a server listens
    /// on it.
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
