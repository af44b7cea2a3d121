package import FastCGI
import HTTPTypes
import Imaging
package import ProfileImages

/// The limits of the service, and its health.
struct StatusHandlers: Sendable {
    /// The limits that a client should know before an upload.
    struct Limits: Encodable {
        /// The accepted media types.
        let formats: [String]
        let maxBytes: Int
        let maxPixels: Int
        let maxWidth: Int
        let maxHeight: Int
        /// The maximum ratio of the long side to the short side.
        let maxAspect: Int
        let maxFrames: Int
        /// The sides of the available variants, in pixels.
        let sides: [Int]
        /// The media types of the available variants, the default first.
        let outputFormats: [String]
        /// The maximum size of a document, in bytes.
        let maxDocumentBytes: Int
        /// The quota of a user; absent without a limit.
        let maxUserMedia: Int?
        let maxUserBytes: Int?
    }

    private struct Status: Encodable {
        let status: String
    }

    let service: ProfileImageService
    let limits: Limits

    func getLimits(_ request: Request) throws -> Response {
        try .json(limits, headerFields: CachePolicy.shared(seconds: 300))
    }

    /// Answers 200: the process is alive.
    func getHealth(_ request: Request) throws -> Response {
        try .json(Status(status: "ok"), headerFields: CachePolicy.never)
    }

    /// Answers 200 if an upload can be stored now, otherwise 503.
    func getReadiness(_ request: Request) throws -> Response {
        try request.willTakeLong()
        do {
            try service.checkReadiness()
        } catch {
            throw Problem(
                .serviceUnavailable,
                code: "not-ready",
                "The database or the image folder cannot be written to; the log says why.",
                cause: "\(error)",
                headerFields: [.retryAfter: "5", .cacheControl: "no-store"]
            )
        }
        return try .json(Status(status: "ready"), headerFields: CachePolicy.never)
    }
}

extension StatusHandlers.Limits {
    init(_ settings: ServiceSettings) {
        self.init(
            formats: settings.limits.formats.map(\.mediaType),
            maxBytes: settings.limits.maxBytes,
            maxPixels: settings.limits.maxPixels,
            maxWidth: settings.limits.maxWidth,
            maxHeight: settings.limits.maxHeight,
            maxAspect: settings.limits.maxAspect,
            maxFrames: settings.limits.maxFrames,
            sides: settings.output.sides,
            outputFormats: settings.output.formats.map(\.mediaType),
            maxDocumentBytes: settings.media.maxDocumentBytes,
            maxUserMedia: settings.media.quota.items,
            maxUserBytes: settings.media.quota.bytes
        )
    }
}

/// Tests whether this process still works. A full or read-only disk is not a failure here, because a restart would not
/// help; readiness reports it.
package struct SelfTest: Sendable {
    /// The reason why the process should be restarted.
    package enum Failure: Error, Equatable {
        /// The server no longer accepts requests.
        case notServing
        /// A request runs for this time already.
        case stuck(Duration)
    }

    private let server: FastCGIServer
    private let service: ProfileImageService

    package init(server: FastCGIServer, service: ProfileImageService) {
        self.server = server
        self.service = service
    }

    /// - Throws: `Failure`, or an error of the image pipeline or the metadata store.
    package func run() throws {
        guard server.isServing else { throw Failure.notServing }
        guard server.longestRunning < Self.longestRequest else { throw Failure.stuck(server.longestRunning) }
        try service.checkPipeline()
    }

    /// No picture within the limits takes nearly as long, and a client that sends nothing is disconnected after half
    /// this time.
    private static let longestRequest = Duration.seconds(60)
}
