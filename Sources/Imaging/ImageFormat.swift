/// The picture formats that portraitd knows, told apart by content.
package enum ImageFormat: String, Sendable, CaseIterable, Codable {
    case jpeg, png, gif, webp, avif

    /// The IANA media type.
    package var mediaType: String { "image/\(rawValue)" }

    /// The customary ending of a file name, without the dot.
    package var fileExtension: String { self == .jpeg ? "jpg" : rawValue }
}
