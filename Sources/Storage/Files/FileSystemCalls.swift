internal import CStorage
import Foundation
import FoundationEssentials
import Glibc
import ProfileImages
package import SystemPackage

/// Reads files below a folder without following symbolic links: openat2(2).
extension FilePath {
    /// Reads the regular file at `path` below this folder. Symbolic links are not followed, also not in the middle of
    /// `path`.
    /// - Throws: `Errno`: `.noSuchFileOrDirectory` if there is no file; `.tooManySymbolicLinkLevels` for a symbolic
    ///   link; `.improperLink` for a path that leads out of the folder; `.invalidArgument` if it is not a regular file;
    ///   `.fileTooLarge` beyond `limit` bytes.
    package func contents(of path: String, upTo limit: Int = .max) throws(Errno) -> [UInt8] {
        let (file, count) = try openFile(path)
        defer { close(file) }
        guard count <= limit else { throw .fileTooLarge }
        return try Self.bytes(of: file, count: count)
    }

    /// Reads the same file in pieces of at most `piece` bytes. Calls `begin` with the length first, then `take` with
    /// each piece. If the file is truncated during the call, zeros replace the missing bytes.
    package func read(
        _ path: String,
        piece: Int,
        begin: (_ byteCount: Int) -> Void,
        _ take: ([UInt8]) -> Void
    ) throws(Errno) {
        let (file, count) = try openFile(path)
        defer { close(file) }
        begin(count)
        var left = count
        while left > 0 {
            var bytes = try Self.bytes(of: file, count: min(piece, left))
            bytes += [UInt8](repeating: 0, count: min(piece, left) - bytes.count)
            take(bytes)
            left -= bytes.count
        }
    }

    /// Opens the regular file at `path` below this folder, and returns its length too. The caller closes the
    /// descriptor.
    private func openFile(_ path: String) throws(Errno) -> (descriptor: Int32, byteCount: Int) {
        guard FilePath(path).components.allSatisfy({ $0.kind == .regular }) else { throw .improperLink }
        let folder = unsafe open(string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Errno(rawValue: errno) }
        defer { close(folder) }
        let file = unsafe portraitd_open_beneath(folder, path)
        guard file >= 0 else { throw Errno(rawValue: errno) }
        let count = Int(portraitd_file_size(file))
        guard count >= 0 else {
            let reason = Errno(rawValue: errno)
            close(file)
            throw reason
        }
        return (file, count)
    }

    private static func bytes(of file: Int32, count: Int) throws(Errno) -> [UInt8] {
        // With a capacity of 0, the initializer below would write to the empty array that all threads share.
        guard count > 0 else { return [] }
        var failure: Errno?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let more = unsafe Glibc.read(file, buffer.baseAddress.map { unsafe $0 + filled }, count - filled)
                if more > 0 {
                    filled += more
                } else if more == 0 {
                    break
                } else if errno != EINTR {
                    failure = Errno(rawValue: errno)
                    break
                }
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

extension FilePath {
    /// Renames the file in one step and replaces an existing target: rename(2). FileManager refuses an existing target.
    package func rename(to target: FilePath) throws {
        guard unsafe Glibc.rename(string, target.string) == 0 else { throw Errno(rawValue: errno) }
    }
}

/// Type, size and modification time of a path. A symbolic link is not followed: lstat(2).
struct FileStatus {
    let isRegular: Bool
    let isDirectory: Bool
    let byteCount: Int
    let modifiedAt: Date

    /// Returns nil if the path does not exist.
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

/// Removes a folder if it is empty; does nothing if it has entries or does not exist: rmdir(2).
func removeIfEmpty(_ folder: FilePath) throws(Errno) {
    guard unsafe rmdir(folder.string) != 0 else { return }
    guard [ENOTEMPTY, EEXIST, ENOENT].contains(errno) else { throw Errno(rawValue: errno) }
}

/// Creates a folder: mkdir(2). If `readable`, its mode is 0777 less the bits of the umask, otherwise 0700.
func make(_ folder: FilePath, readable: Bool) throws(Errno) {
    guard unsafe mkdir(folder.string, readable ? 0o777 : 0o700) == 0 else { throw Errno(rawValue: errno) }
}

/// Runs `body` and converts `Errno` and `CocoaError` to `StoreError`. All other errors pass through.
func translatingErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch Errno.noSpace, Errno.diskQuotaExceeded {
        throw StoreError.full
    } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
        throw StoreError.full
    } catch let error as CocoaError {
        throw StoreError.unavailable(error.reason)
    } catch let error as Errno {
        throw StoreError.unavailable("\(error)")
    }
}

extension CocoaError {
    /// The path of the file, and the reason. The error's own description is written for developers.
    fileprivate var reason: String {
        let cause = (underlying as? POSIXError).map { "\(Errno(rawValue: $0.code.rawValue))" } ?? localizedDescription
        return filePath.map { "\($0): \(cause)" } ?? cause
    }
}
