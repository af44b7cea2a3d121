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
}
