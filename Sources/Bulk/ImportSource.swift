import Foundation
import ProfileImages

/// What is to be imported: a folder of pictures that are called as their users are, a manifest with a line for each, or
/// an export.
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
    /// - Throws: `CocoaError` when it cannot be read, or is an export of another version.
    package init(path: String) throws {
        let isFolder = (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil
        let manifest = isFolder ? "\(path)/\(ExportManifest.fileName)" : path
        folder = SourceFolder(path: isFolder ? path : URL(filePath: path).deletingLastPathComponent().path)
        let attributes = try? FileManager.default.attributesOfItem(atPath: manifest)
        // lstat(2): a link may lead to what its maker may not read.
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

    /// How many users or pictures there are.
    package var count: Int {
        kind == .pictures ? names.count : lines.count
    }

    /// What to call an item to people.
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
            throw BulkError.badLine("is not a user as an export writes them")
        }
    }
}
