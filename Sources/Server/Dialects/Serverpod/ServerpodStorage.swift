import HTTPTypes
import Imaging
import ProfileImages

/// The resource `/serverpod_cloud_storage`. nginx sends existing pictures itself; it passes on only the requests for
/// other files.
struct ServerpodStorage: Sendable {
    let variants: VariantHandlers

    /// Sends a picture. If the settings no longer have the side or the format in the URL, it sends the next larger side
    /// (or the largest), or the default format.
    func get(_ request: Request) throws -> Response {
        guard request.query("method") == "file" else { throw Problem.badRequest("No method name specified") }
        let path = request.query("path") ?? ""
        let output = variants.service.output
        try request.willTakeLong()
        guard let picture = ServerpodPicturePath(rawValue: path),
            let response = try variants.send(
                picture.image,
                side: output.side(atLeast: picture.side) ?? output.largestSide,
                format: output.formats.contains(picture.format) ? picture.format : output.defaultFormat
            )
        else { return .serverpod(.notFound, "File not found: \(path)") }
        return response
    }
}

/// The path of a picture in Serverpod's public storage: `serverpod/user_images/{authUserId}-{id}.jpg`.
///
/// `{id}` is the image's identifier and the side; clients do not parse it. `{authUserId}` is informative only.
struct ServerpodPicturePath {
    private static let folder = "serverpod/user_images/"

    let user: String
    let image: MediaID
    let side: Int
    let format: ImageFormat

    /// Creates the path of an image.
    init(_ image: ProfileImage, pseudonyms: Pseudonyms) {
        user = pseudonyms.uuid(of: image.userID)
        self.image = image.id
        side = image.variant.side
        format = image.variant.format
    }

    /// Returns nil if the path has another form.
    init?(rawValue: String) {
        guard rawValue.hasPrefix(Self.folder) else { return nil }
        let parts = rawValue.dropFirst(Self.folder.count).split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 36 + 1 + 32,
            parts[0].utf8.dropFirst(36).first == UInt8(ascii: "-"),
            let image = MediaID(rawValue: String(parts[0].suffix(32))), let name = VariantName(String(parts[1])),
            let format = name.format
        else { return nil }
        user = String(parts[0].prefix(36))
        self.image = image
        side = name.side
        self.format = format
    }

    var rawValue: String {
        "\(Self.folder)\(user)-\(image.rawValue)_\(side).\(format.fileExtension)"
    }

    /// The public URL without the service's base URL; its slashes are percent-encoded, as in Serverpod's URLs.
    var target: String {
        "/serverpod_cloud_storage?method=file&path=\(rawValue.replacing("/", with: "%2F"))"
    }
}
