import HTTPTypes
import Imaging
import ProfileImages

/// What the service says of itself: its limits, and whether it works.
struct StatusHandlers: Sendable {
    /// What a client should know before it uploads.
    struct Limits: Encodable {
        /// Media types that are accepted.
        let formats: [String]
        let maxBytes: Int
        let maxPixels: Int
        let maxWidth: Int
        let maxHeight: Int
        /// How many times as long as the short side the long one may be.
        let maxAspect: Int
        let maxFrames: Int
        /// The sizes that can be had of each picture, in pixels.
        let sides: [Int]
        /// The media types that can be had, the default first.
        let outputFormats: [String]
        /// The longest document.
        let maxDocumentBytes: Int
        /// How much a user may keep; left out for any amount.
        let maxUserMedia: Int?
        let maxUserBytes: Int?
    }

    private struct Status: Encodable {
        let status: String
    }

    let service: ProfileImageService
    let limits: Limits

    func getLimits(_ request: Request) throws -> Response {
        try .json(limits, headerFields: [.cacheControl: "public, max-age=300"])
    }

    /// The process answers.
    func getHealth(_ request: Request) throws -> Response {
        try .json(Status(status: "ok"), headerFields: [.cacheControl: "no-store"])
    }

    /// An upload could be stored now.
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
        return try .json(Status(status: "ready"), headerFields: [.cacheControl: "no-store"])
    }
}
