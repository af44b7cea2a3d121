internal import CStorage
import FoundationEssentials
import Glibc
import SystemPackage

/// What the file system knows of a path itself, not of where a link leads: lstat(2).
struct FileStatus {
    let isRegular: Bool
    let isDirectory: Bool
    let byteCount: Int
    let modifiedAt: Date

    /// Returns nil where there is nothing.
    init?(_ path: FilePath) throws(Errno) {
        var status = stat()
        guard unsafe lstat(path.string, &status) == 0 else {
            switch errno {
            case ENOENT, ENOTDIR: return nil
            default: throw Errno(rawValue: errno)
            }
        }
        isRegular = status.st_mode & S_IFMT == S_IFREG
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
        byteCount = Int(status.st_size)
        let (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        modifiedAt = Date(timeIntervalSince1970: Double(seconds) + Double(nanoseconds) / 1e9)
    }
}

/// Removes a folder unless something is in it, or it is gone: rmdir(2).
func removeIfEmpty(_ folder: FilePath) throws(Errno) {
    guard unsafe rmdir(folder.string) != 0 else { return }
    guard [ENOTEMPTY, EEXIST, ENOENT].contains(errno) else { throw Errno(rawValue: errno) }
}

/// Makes a folder, for others to enter if the process's umask allows it: mkdir(2).
func make(_ folder: FilePath, readable: Bool) throws(Errno) {
    guard unsafe mkdir(folder.string, readable ? 0o777 : 0o700) == 0 else { throw Errno(rawValue: errno) }
}
