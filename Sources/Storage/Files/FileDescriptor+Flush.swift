import CStorage
import Glibc
import SystemPackage

extension FileDescriptor {
    /// Waits until what was written is on stable storage: fsync(2).
    func flush() throws {
        while fsync(rawValue) != 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
    }

    /// The same for everything that was written to the file system that the file is on: syncfs(2).
    func flushFileSystem() throws {
        while syncfs(rawValue) != 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
    }
}
