import Foundation
import TestSupport

/// Selects the system calls of a process that fail; `Tests/Faults/faults.c` makes them fail.
final class FaultPlan: Sendable {
    private static let length = 256

    private let folder: TemporaryFolder
    private let descriptor: Int32

    init() throws {
        folder = try TemporaryFolder()
        descriptor = unsafe open("\(folder.path)/plan", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, ftruncate(descriptor, Self.length) == 0 else { throw POSIXError(.EIO) }
        try compile()
    }

    deinit {
        close(descriptor)
    }

    /// Compiles with the clang beside swift.
    private func compile() throws {
        let log = LogFile(path: "\(folder.path)/log")
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let source = "\(Project.root)Tests/Faults/faults.c"
        let compiled = try ChildProcess(
            "/usr/bin/env",
            ["clang", "-Wall", "-Werror", "-shared", "-fPIC", "-o", "\(folder.path)/faults.so", source, "-ldl"],
            environment: ["PATH": path],
            errorOutput: log
        ).wait()
        guard compiled == 0 else {
            throw CocoaError(.executableNotLoadable, userInfo: [NSLocalizedDescriptionKey: log.text])
        }
    }

    /// The variables that make the calls of a process fail.
    var environment: [String: String] {
        ["LD_PRELOAD": "\(folder.path)/faults.so", "FAULTS_FILE": "\(folder.path)/plan"]
    }

    /// Makes call number `count` fail.
    func arm(_ fault: Fault, after count: Int) {
        let call = Array(fault.call.utf8.prefix(15)) + [0]
        _ = unsafe pwrite(descriptor, call, call.count, 32)
        write([Int64(count), Int64(fault.error), fault.lasts ? 1 : 0, 0])
    }

    /// Lets all calls succeed again.
    /// - Returns: the first failed call and its file, or nil if none failed.
    func disarm() -> String? {
        var bytes = [UInt8](repeating: 0, count: Self.length)
        _ = unsafe pread(descriptor, &bytes, bytes.count, 0)
        write([0, 0, 0, 0])
        let failed = bytes[24..<32].contains { $0 != 0 }
        return failed ? String(decoding: bytes[48...].prefix { $0 != 0 }, as: UTF8.self) : nil
    }

    private func write(_ numbers: [Int64]) {
        _ = unsafe numbers.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }
}
