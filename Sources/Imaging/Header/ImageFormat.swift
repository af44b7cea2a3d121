/// The picture formats that portraitd knows, told apart by content.
package enum ImageFormat: String, Sendable, CaseIterable, Codable {
    case jpeg, png, gif, webp, avif, heic

    /// The format of a file by its first bytes; nil when it is none of these.
    package init?(of file: [UInt8]) {
        guard let format = Signature.format(of: file) else { return nil }
        self = format
    }

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
