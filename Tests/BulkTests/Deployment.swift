@testable import Bulk
import Composition
import Configuration
import Foundation
import Imaging
import Logging
import ProfileImages
import Server
import Storage
import SystemPackage
import Testing

extension AuditActor {
    static let test = AuditActor(.command, name: "test")
}

/// The services over a new database and new files, in a folder that is removed after the test.
final class Deployment: Sendable {
    let folder = NSTemporaryDirectory() + "portraitd-\(UUID().uuidString)"
    let state: String
    let metadata: SQLiteMetadataStore
    let services: Services

    init(_ environment: [String: String] = [:]) throws {
        state = "\(folder)/state"
        let objects = try FileObjectStore(root: FilePath(state))
        metadata = try SQLiteMetadataStore(path: "\(state)/portraitd.sqlite")
        let small = ["PORTRAITD_SIDES": "16,32", "PORTRAITD_FORMATS": "jpeg"].merging(environment) { $1 }
        services = try Services(
            try Settings(SettingsSource(environment: small)).service,
            metadata: metadata,
            objects: objects,
            memory: MemoryBudget(),
            decoder: ImagePipeline(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Writes a file into the folder that imports read.
    func write(_ bytes: [UInt8], to path: String) throws {
        let url = URL(filePath: "\(folder)/source/\(path)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    /// The stored files, except the database.
    var files: [String] {
        (FileManager.default.subpaths(atPath: state) ?? []).filter {
            $0.split(separator: "/").last?.contains(".") == true && !$0.hasPrefix("portraitd.sqlite")
        }.sorted()
    }

    func importAll(_ path: String = "", again: Bool = false, isDry: Bool = false) throws -> BulkReport {
        let source = try ImportSource(path: "\(folder)/source/\(path)")
        return try PictureImport(source, service: services.bulk, maxBytes: 1000, by: .test)
            .run(again: again, isDry: isDry) { _ in }
    }

    /// Uploads a picture with a unique colour.
    func upload(_ user: String) throws -> ProfileImage {
        let user = try #require(UserID(rawValue: user))
        let bytes = picture(red: .random(in: .min ... .max))
        return try services.images.replaceImage(of: user, with: NewImage(bytes), if: .none, by: .test).image
    }

    func profile(_ user: String) throws -> Profile? {
        try UserID(rawValue: user).flatMap { user in try metadata.read { try $0.profile(of: user) } }
    }
}

/// A GIF of one pixel.
func picture(red: UInt8 = 255) -> [UInt8] {
    Array("GIF89a".utf8) + [1, 0, 1, 0, 0x80, 0, 0, red, 0, 0, 0, 0, 0]
        + [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B]
}
