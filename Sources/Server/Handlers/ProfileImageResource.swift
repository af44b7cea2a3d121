import FoundationEssentials
import Imaging
import ProfileImages

/// A profile image as JSON.
struct ProfileImageResource: Encodable {
    struct Variant: Encodable {
        let side: Int
        let format: String
        let url: String
        let byteCount: Int
    }

    let id: String
    let userId: String
    let imageUrl: String
    let variants: [Variant]
    let width: Int
    let height: Int
    let format: String
    let byteCount: Int
    let etag: String
    let createdAt: String

    /// - Parameter baseURL: what stands before `/images/`, without a slash at its end.
    init(_ image: ProfileImage, baseURL: String) {
        let primary = image.primaryVariant
        let url = { (variant: ProfileImage.Variant) in
            "\(baseURL)/images/\(image.id.rawValue)/\(variant.side).\(image.format.fileExtension)"
        }
        id = image.id.rawValue
        userId = image.userID.rawValue
        imageUrl = url(primary)
        variants = image.variants.map {
            Variant(side: $0.side, format: image.format.rawValue, url: url($0), byteCount: $0.byteCount)
        }
        width = primary.side
        height = primary.side
        format = image.format.rawValue
        byteCount = primary.byteCount
        etag = EntityTag.of(image, as: .json).rawValue
        // The style cuts off what a Double may hold a little too low: half a millisecond more makes it round.
        createdAt = image.createdAt.addingTimeInterval(0.0005)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
