import Composition
import Configuration
import Curl
import Foundation
import Imaging
import Logging
import ProfileImages
import Server
import Storage
import SystemPackage
import Worker

/// An importer with a new database and new files.
final class ImporterFolder: Sendable {
    let store: SQLiteMetadataStore
    let services: Services
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let path = NSTemporaryDirectory() + "portraitd-\(UUID().uuidString)"

    init() throws {
        let settings = try Settings(SettingsSource(environment: ["PORTRAITD_STATE": path, "PORTRAITD_SIDES": "64"]))
        let objects = try FileObjectStore(root: FilePath(path))
        store = try SQLiteMetadataStore(path: "\(path)/portraitd.sqlite")
        services = try Services(
            settings.service,
            metadata: store,
            objects: objects,
            memory: MemoryBudget(),
            decoder: ImagePipeline(),
            logger: logger
        )
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func policy(allowing networks: [String]) -> HTTPPolicy {
        HTTPPolicy(
            addresses: AddressPolicy(allowing: networks.compactMap { IPNetwork($0) }),
            userAgent: "portraitd/test",
            maxRedirects: 5,
            maxBodyBytes: 10_000,
            timeout: .seconds(10)
        )
    }

    var importer: Importer {
        Importer(
            images: services.images,
            metadata: store,
            policy: policy(allowing: ["127.0.0.1"]),
            lease: 60,
            logger: logger
        )
    }
}
