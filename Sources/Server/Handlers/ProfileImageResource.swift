import Imaging
import ProfileImages

/// A profile image as JSON.
struct ProfileImageResource: Encodable {
    struct Variant: Encodable {
        let side: Int
        let format: String
        let url: String
    }

    let id: String
    let userId: String
    let imageUrl: String
    /// A value for the attribute of that name in HTML: every side, in the format that suits the browser.
    let srcset: String
    let variants: [Variant]
    let width: Int
    let height: Int
    let format: String
    let byteCount: Int
    let etag: String
    let createdAt: String

    /// - Parameters:
    ///   - output: the variants that can be had.
    ///   - baseURL: what stands before `/images/`, without a slash at its end.
    init(_ image: ProfileImage, output: ImageOutput, baseURL: String) {
        let folder = "\(baseURL)\(image.folderPath)"
        let url = { (side: Int, format: ImageFormat) in "\(folder)/\(side).\(format.fileExtension)" }
        id = image.id.rawValue
        userId = image.userID.rawValue
        imageUrl = "\(baseURL)\(image.path)"
        srcset = output.sides.map { "\(folder)/\($0) \($0)w" }.joined(separator: ", ")
        variants = output.sides.flatMap { side in
            output.formats.map { Variant(side: side, format: $0.rawValue, url: url(side, $0)) }
        }
        width = image.variant.side
        height = image.variant.side
        format = image.variant.format.rawValue
        byteCount = image.variant.byteCount
        etag = EntityTag.of(image, as: .json).rawValue
        createdAt = image.createdAt.iso8601
    }
}
