import Bytes
import FoundationEssentials
import Imaging
import ProfileImages

/// A media item as JSON.
struct MediaResource: Encodable {
    enum CodingKeys: String, CodingKey {
        case url = "@id"
        case identifier, additionalType, name, encodingFormat, byteCount, isActive, createdDateTime
        case imageUrl, thumbnailUrl, contentUrl, downloadUrl
    }

    let url: String
    let identifier: String
    let additionalType: String
    let name: String
    let encodingFormat: String
    let byteCount: Int
    /// Whether it is the current image.
    let isActive: Bool
    let createdDateTime: String
    /// Only for images: the public URL, and the URL of the smallest variant as Base64 text.
    let imageUrl: String?
    let thumbnailUrl: String?
    /// The URL of the item as Base64 text.
    let contentUrl: String
    let downloadUrl: String

    /// - Parameters:
    ///   - collection: the URL of the media list.
    ///   - baseURL: the URL before `/images/`.
    init(_ item: MediaItem, collection: String, baseURL: String) {
        url = "\(collection)/\(item.id.rawValue)"
        identifier = item.id.rawValue
        additionalType = item.additionalType.rawValue
        name = item.name
        isActive = item.isActive
        createdDateTime = item.createdAt.iso8601
        switch item.content {
        case .image(let image):
            encodingFormat = image.variant.format.mediaType
            byteCount = image.variant.byteCount
            imageUrl = "\(baseURL)\(image.path)"
            thumbnailUrl = "\(url)/thumbnail"
        case .document(let mediaType, let count, _):
            encodingFormat = mediaType
            byteCount = count
            imageUrl = nil
            thumbnailUrl = nil
        }
        contentUrl = "\(url)/base64"
        downloadUrl = "\(url)/download"
    }
}

extension MediaItem {
    /// The value of `Content-Disposition`, RFC 6266 §4.
    var attachment: String {
        let name = name.isEmpty ? "\(id.rawValue).\(fileExtension)" : name
        // RFC 8187 §3.2.1: all other characters are percent-encoded.
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~".utf8)
        let encoded = name.utf8.map { byte in
            allowed.contains(byte) ? String(UnicodeScalar(byte)) : "%\(byte.hexadecimal.uppercased())"
        }.joined()
        return "attachment; filename*=UTF-8''\(encoded)"
    }

    private var fileExtension: String {
        switch content {
        case .image(let image): image.variant.format.fileExtension
        case .document: "bin"
        }
    }
}
