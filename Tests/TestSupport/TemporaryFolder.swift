import Foundation

/// An empty folder that is removed with its owner. Its path is short: the path of a socket in it has at most 107 bytes.
package final class TemporaryFolder: Sendable {
    package let path = "/tmp/portraitd-\(UUID().uuidString.prefix(13))"

    package init() throws {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The paths of all files in it and its subfolders, relative to the folder.
    package var files: [String] {
        let all = FileManager.default.subpaths(atPath: path) ?? []
        return all.filter { !isFolder($0) }.sorted()
    }

    private func isFolder(_ subpath: String) -> Bool {
        var isDirectory: ObjCBool = false
        _ = unsafe FileManager.default.fileExists(atPath: "\(path)/\(subpath)", isDirectory: &isDirectory)
        return isDirectory.boolValue
    }
}
