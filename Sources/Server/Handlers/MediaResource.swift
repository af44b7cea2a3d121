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
    /// Of images only: the public URL, and where Base64 text of the smallest variant is.
    let imageUrl: String?
    let thumbnailUrl: String?
    /// Where Base64 text of the item is.
    let contentUrl: String
    let downloadUrl: String

    /// - Parameters:
    ///   - collection: the URL of the media that it is among.
    ///   - baseURL: what stands before `/images/`.
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
