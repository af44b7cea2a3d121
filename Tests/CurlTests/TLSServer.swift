import Foundation
import TestSupport

/// `openssl s_server` on this machine, with a self-signed certificate for `localhost`.
final class TLSServer {
    private struct NeverListened: Error {}

    let port: Int
    /// The certificate, in PEM.
    let certificate: String
    private let folder: URL
    private let process: pid_t

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "portraitd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        certificate = folder.appending(path: "certificate.pem").path
        let (key, log) = (folder.appending(path: "key.pem").path, folder.appending(path: "log").path)
        let maker = try Self.spawn(
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out",
                certificate,
            ],
            log: log
        )
        waitpid(maker, nil, 0)
        process = try Self.spawn(
            ["s_server", "-www", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key],
            log: log
        )
        port = try Self.port(in: log)
    }

    deinit {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        try? FileManager.default.removeItem(at: folder)
    }

    /// The port in `ACCEPT 127.0.0.1:port`, which the server prints when it listens.
    private static func port(in log: String) throws -> Int {
        var port: Int?
        try waitUntil(within: .seconds(10)) {
            let text = try String(contentsOfFile: log, encoding: .utf8)
            guard text.hasSuffix("\n") else { return false }
            let line = text.split(separator: "\n").first { $0.hasPrefix("ACCEPT ") }
            port = line?.split(separator: ":").last.flatMap { Int($0) }
            return port != nil
        }
        guard let port else { throw NeverListened() }
        return port
    }

    private static func spawn(_ arguments: [String], log: String) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for descriptor in Int32(1)...2 {
            unsafe posix_spawn_file_actions_addopen(&actions, descriptor, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        let strings = unsafe (["openssl"] + arguments).map { unsafe strdup($0) }
        defer { unsafe strings.forEach { unsafe free($0) } }
        var process = pid_t()
        let code = unsafe posix_spawn(&process, "/usr/bin/openssl", &actions, nil, strings + [nil], environ)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
        return process
    }
}
