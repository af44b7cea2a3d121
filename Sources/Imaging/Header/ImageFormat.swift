/// The picture formats that portraitd knows, told apart by content.
package enum ImageFormat: String, Sendable, CaseIterable, Codable {
    case jpeg, png, gif, webp, avif, heic

    /// The formats that are accepted unless a setting says otherwise. libheif and libde265 have had too many holes for
    /// HEIC to be among them.
    package static let usual = allCases.filter { $0 != .heic }

    /// What people call it.
    package var displayName: String {
        switch self {
        case .jpeg, .png, .gif, .avif, .heic: rawValue.uppercased()
        case .webp: "WebP"
        }
    }

    /// The IANA media type.
    package var mediaType: String { "image/\(rawValue)" }

    /// The customary ending of a file name, without the dot.
    package var fileExtension: String { self == .jpeg ? "jpg" : rawValue }
}
