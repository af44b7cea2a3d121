import Foundation

/// A folder of its own for each test, removed when the test is over.
final class TemporaryFolder: Sendable {
    let path = NSTemporaryDirectory() + "portraitd-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The paths of all files below, relative to the folder.
    var files: [String] {
        let all = FileManager.default.subpaths(atPath: path) ?? []
        return all.filter { !isFolder($0) }.sorted()
    }

    private func isFolder(_ subpath: String) -> Bool {
        var isDirectory: ObjCBool = false
        _ = unsafe FileManager.default.fileExists(atPath: "\(path)/\(subpath)", isDirectory: &isDirectory)
        return isDirectory.boolValue
    }
}
