import Foundation

/// A folder that is gone with its owner.
final class TemporaryFolder: Sendable {
    let path = "\(NSTemporaryDirectory())portraitd-\(UUID().uuidString.prefix(8))"

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
