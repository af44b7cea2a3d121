import Imaging
import ProfileImages

/// Where Serverpod's public storage has a picture: `serverpod/user_images/{authUserId}-{id}.jpg`.
///
/// Its clients take the end of the name as it is; ours is the image's identifier and the side. The user is for people.
struct ServerpodPicturePath {
    private static let folder = "serverpod/user_images/"

    let user: String
    let image: MediaID
    let side: Int
    let format: ImageFormat

    /// The picture that stands for an image.
    init(_ image: ProfileImage, pseudonyms: Pseudonyms) {
        user = pseudonyms.uuid(of: image.userID)
        self.image = image.id
        side = image.variant.side
        format = image.variant.format
    }

    /// Returns nil for a path of another form.
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

    /// The public URL below the service's own, with slashes as Serverpod's have them.
    var target: String {
        "/serverpod_cloud_storage?method=file&path=\(rawValue.replacing("/", with: "%2F"))"
    }
}
