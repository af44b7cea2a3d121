import Foundation

/// A folder of its own for one test; short, for a socket's path has 107 bytes at most.
struct TemporaryFolder: ~Copyable {
    let path: String

    init() throws {
        path = "/tmp/fastcgi-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}
