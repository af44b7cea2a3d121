internal import CStorage
import Glibc
package import SystemPackage

extension FilePath {
    /// The bytes of the regular file at a path below this folder, whatever links others have put there: none is followed.
    /// - Throws: `Errno`: `.noSuchFileOrDirectory`; `.tooManySymbolicLinkLevels` for a link, `.improperLink` for a path that
    ///   leads out of the folder, `.invalidArgument` for what is no file, `.fileTooLarge` beyond `limit` bytes.
    package func contents(of path: String, upTo limit: Int = .max) throws(Errno) -> [UInt8] {
        let (file, count) = try openFile(path)
        defer { close(file) }
        guard count <= limit else { throw .fileTooLarge }
        return try Self.bytes(of: file, count: count)
    }

    /// Hands over the same bytes, at most `piece` at a time; `begin` gets their number first. What is cut off meanwhile comes as
    /// zeros.
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

    /// A descriptor of the regular file at a path below this folder, which the caller closes, and its length.
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
        // The initializer below would write to the one empty array that all threads share.
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
