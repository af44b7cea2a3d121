import Foundation
import Imaging
import ProfileImages
import Storage
import SystemPackage

/// The source of an import: a folder of pictures that are named after their users, a manifest with one line for each
/// user, or an export.
package struct ImportSource: Sendable {
    package enum Kind: Equatable, Sendable {
        case pictures
        case manifest
        case export
    }

    package let kind: Kind
    let folder: SourceFolder
    private let names: [String]
    private let lines: Lines

    /// - Parameter path: a manifest, or a folder with a `manifest.jsonl` or with pictures.
    /// - Throws: `CocoaError` if the source cannot be read, or is an export of another version.
    package init(path: String) throws {
        let isFolder = (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil
        let manifest = isFolder ? "\(path)/\(ExportManifest.fileName)" : path
        folder = SourceFolder(path: isFolder ? path : URL(filePath: path).deletingLastPathComponent().path)
        let attributes = try? FileManager.default.attributesOfItem(atPath: manifest)
        // lstat(2): a symbolic link could lead to a file that its author must not read.
        guard attributes?[.type] as? FileAttributeType != .typeSymbolicLink else {
            throw CocoaError(.fileReadNoPermission)
        }
        guard !isFolder || attributes != nil else {
            kind = .pictures
            names = try folder.fileNames()
            lines = Lines(Data())
            return
        }
        names = []
        let all = Lines(try Data(contentsOf: URL(filePath: manifest), options: .mappedIfSafe))
        let header = all.first.flatMap { try? ExportManifest.read(ExportManifest.Header.self, from: $0) }
        kind = header == nil ? .manifest : .export
        guard header == nil || header == .current else {
            throw CocoaError(.fileReadUnknown)
        }
        lines = header == nil ? all : all.dropFirst()
    }

    /// The number of users or pictures.
    package var count: Int {
        kind == .pictures ? names.count : lines.count
    }

    /// The item's name in reports.
    func label(_ index: Int) -> String {
        kind == .pictures ? names[index] : "line \(lines.number(of: index))"
    }

    func item(_ index: Int) throws -> ImportItem {
        kind == .pictures ? try ImportItem(fileName: names[index]) : try ImportItem(line: Array(lines[index]))
    }

    func exported(_ index: Int) throws -> ExportManifest.Line {
        do {
            return try ExportManifest.read(ExportManifest.Line.self, from: lines[index])
        } catch is DecodingError {
            throw BulkError.badLine("is not a user in the format of an export")
        }
    }
}

/// The folder that an import reads. Files outside the folder or behind symbolic links are refused, because the author
/// of a manifest may be untrusted.
struct SourceFolder: Sendable {
    let path: String

    /// Returns the names of the files directly in the folder, sorted, without hidden files.
    func fileNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }.sorted()
    }

    /// Returns the bytes of the file at a path relative to the folder.
    /// - Throws: `BulkError.badPath`, `BulkError.missingFile`, or `ImageError.tooManyBytes`.
    func contents(of relativePath: String, upTo limit: Int) throws -> [UInt8] {
        let count = try byteCount(of: relativePath)
        guard count <= limit else { throw ImageError.tooManyBytes(found: count, limit: limit) }
        // A link may have been created after the check, so the file is opened without following links.
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
            // lstat(2): the status of the link itself.
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

/// The nonempty lines of a text, without copying them: there may be millions.
struct Lines: Sendable {
    private let text: Data
    private var ranges: [(range: Range<Int>, number: Int)] = []

    init(_ text: Data) {
        self.text = text
        var start = text.startIndex
        var number = 0
        while start < text.endIndex {
            let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
            number += 1
            if text[start..<end].contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") }) {
                ranges.append((start..<end, number))
            }
            start = end + 1
        }
    }

    var count: Int { ranges.count }

    var first: Data? { ranges.isEmpty ? nil : self[0] }

    subscript(index: Int) -> Data {
        Data(text[ranges[index].range])
    }

    /// The line number in the text, counted from 1; empty lines count too.
    func number(of index: Int) -> Int {
        ranges[index].number
    }

    func dropFirst() -> Lines {
        var rest = self
        rest.ranges.removeFirst()
        return rest
    }
}
