import HTTPTypes
import Imaging
import ProfileImages

/// The resource `/_images/{app}/{object}/{option}`: the pictures themselves, for everybody who knows their name.
struct AuthgearImages: Sendable {
    /// Of `profile`, which always is a square.
    private static let side = 240

    let app: String
    let variants: VariantService

    func get(_ request: Request) throws -> Response {
        guard request.parameters["app"] == app, let id = request.parameters["object"].flatMap(MediaID.init(uuid:)),
            let option = request.parameters["option"]
        else { throw Self.notFound }
        let tag = EntityTag(digestOf: [id.rawValue, option])
        var fields: HTTPFields = [.cacheControl: "public, immutable, max-age=900", .eTag: tag.rawValue]
        try request.willTakeLong()
        guard let picture = try picture(option, of: id) else { throw Self.notFound }
        if tag.isNamed(by: request.head.headerFields[.ifNoneMatch]) {
            return Response(.notModified, headerFields: fields)
        }
        fields[.contentType] = picture.format.mediaType
        return Response(.ok, headerFields: fields, body: picture.bytes)
    }

    private func picture(_ option: String, of id: MediaID) throws -> (bytes: [UInt8], format: ImageFormat)? {
        switch option {
        case "original":
            // Masters are private: the largest that everybody may have.
            try variants.square(of: id, side: variants.output.largestSide)
        case "profile": try variants.square(of: id, side: Self.side)
        default: nil
        }
    }

    private static let notFound = Problem.notFound("There is no picture of this name.")
}
