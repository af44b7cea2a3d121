import Foundation

/// A file system of one megabyte, for tests of a full disk. Only root can mount one.
final class SmallFileSystem {
    static let isPossible = geteuid() == 0 && (try? SmallFileSystem()) != nil

    let path = NSTemporaryDirectory() + "portraitd-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        // mount(2): source, target, type, flags, options.
        let isMounted = unsafe "size=1m".withCString { unsafe mount("tmpfs", path, "tmpfs", 0, $0) } == 0
        guard isMounted else { throw POSIXError(.EPERM) }
    }

    deinit {
        unsafe umount(path)
        try? FileManager.default.removeItem(atPath: path)
    }
}
