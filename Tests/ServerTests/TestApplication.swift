import Composition
import Configuration
import FastCGI
import Foundation
import HTTPTypes
import Imaging
import Logging
import ProfileImages
@testable import Server
import Storage
import SystemPackage
import Threads

extension AuditActor {
    static let test = AuditActor(.command, name: "test")
}

/// The whole application without FastCGI, with a new database and new files.
final class TestApplication: Sendable {
    static let secret = "a secret of the tests, 32 bytes or more"

    let folder = NSTemporaryDirectory() + "portraitd-\(UUID().uuidString)"
    let metadata: SQLiteMetadataStore
    let services: Services
    let log = LogRecorder()
    let router: Router
    private let application: Application

    init(_ environment: [String: String] = [:], authgearKeys: [VerificationKey] = []) async throws {
        // No replaced image is kept, so that only the files of the last upload are stored.
        let defaults = [
            "PORTRAITD_STATE": folder, "PORTRAITD_JWT_SECRET": Self.secret, "PORTRAITD_KEEP_REPLACED": "none",
        ]
        let settings = try Settings(SettingsSource(environment: defaults.merging(environment) { $1 }))
        let objects = try FileObjectStore(root: FilePath(folder))
        metadata = try SQLiteMetadataStore(path: "\(folder)/portraitd.sqlite")
        services = try Services(
            settings.service,
            metadata: metadata,
            objects: objects,
            memory: MemoryBudget(),
            decoder: ImagePipeline(),
            logger: Logger(label: "test") { [log] _ in log }
        )
        let key = try await VerificationKey.sharedSecret(Self.secret)
        let authenticator = Authenticator(
            tokens: TokenVerifier(keys: Reloadable(TokenKeys([key])), policy: settings.tokenPolicy),
            metadata: metadata,
            trustsRemoteUser: settings.trustsRemoteUser,
            trustedOrigins: settings.service.cors.allowedOrigins
        )
        router = Router(
            services: services,
            authenticator: authenticator,
            authgearKeys: Reloadable(TokenKeys(authgearKeys)),
            settings: settings.service
        )
        application = Application(
            router: router,
            metrics: services.metrics,
            logger: Logger(label: "test") { [log] _ in log }
        )
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The files that nginx may serve.
    var publicFiles: [String] {
        (FileManager.default.subpaths(atPath: "\(folder)/public") ?? []).filter { $0.contains(".") }.sorted()
    }

    /// Sends one request. `bodyIsRead` is called only if a handler reads the body.
    func send(
        _ method: HTTPRequest.Method,
        _ target: String,
        _ headerFields: HTTPFields = [:],
        body: [UInt8] = [],
        remoteUser: String? = nil,
        host: String = "images.test",
        bodyIsRead: @escaping () -> Void = {}
    ) throws -> Response {
        var fields = headerFields
        fields[.contentLength] = String(body.count)
        let head = HTTPRequest(
            method: method,
            scheme: "https",
            authority: host,
            path: target,
            headerFields: fields
        )
        return application.respond(
            to: Request(head: head, target: RequestTarget(rawValue: target), id: "r1", remoteUser: remoteUser) {
                limit in
                guard body.count <= limit else { throw FastCGIBodyError.tooLarge(announced: body.count, limit: limit) }
                bodyIsRead()
                return body
            }
        )
    }
}
