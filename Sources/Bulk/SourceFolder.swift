import Foundation
import Imaging
import ProfileImages
import Storage
import SystemPackage

/// The folder that an import reads. What lies outside, or behind a link, is not read: a manifest may be somebody else's.
struct SourceFolder: Sendable {
    let path: String

    /// The files in the folder itself, but for hidden ones, in the order of their names.
    func fileNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }.sorted()
    }

    /// The bytes of the file at a path below the folder.
    /// - Throws: `BulkError.badPath`, `BulkError.missingFile`, or `ImageError.tooManyBytes`.
    func contents(of relativePath: String, upTo limit: Int) throws -> [UInt8] {
        let count = try byteCount(of: relativePath)
        guard count <= limit else { throw ImageError.tooManyBytes(found: count, limit: limit) }
        // A link may have been put there since the check, so the file is opened without following links.
        do {
            return try FilePath(path).contents(of: relativePath, upTo: limit)
        } catch Errno.fileTooLarge {
            throw ImageError.tooManyBytes(found: count, limit: limit)
        } catch Errno.noSuchFileOrDirectory {
            throw BulkError.missingFile(relativePath)
        } catch {
            throw BulkError.badPath(relativePath)
        }
    }

    private func byteCount(of relativePath: String) throws(BulkError) -> Int {
        let relative = FilePath(relativePath)
        guard relative.isRelative, !relative.isEmpty, relative.components.allSatisfy({ $0.kind == .regular }) else {
            throw .badPath(relativePath)
        }
        var current = FilePath(path)
        var attributes: [FileAttributeKey: Any] = [:]
        for component in relative.components {
            current.append(component)
            // lstat(2): of a link itself.
            guard let found = try? FileManager.default.attributesOfItem(atPath: current.string) else {
                throw .missingFile(relativePath)
            }
            guard found[.type] as? FileAttributeType != .typeSymbolicLink else { throw .badPath(relativePath) }
            attributes = found
        }
        guard attributes[.type] as? FileAttributeType == .typeRegular, let count = attributes[.size] as? Int else {
            throw .badPath(relativePath)
        }
        return count
    }
}
