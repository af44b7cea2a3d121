import Bytes

/// The picture formats that portraitd knows, detected by content.
package enum ImageFormat: String, Sendable, CaseIterable, Codable {
    case jpeg, png, gif, webp, avif, heic

    /// Detects the format of a file by its first bytes; nil if it is none of these.
    package init?(of file: [UInt8]) {
        guard let format = Signature.format(of: file) else { return nil }
        self = format
    }

    /// The usual name of the format, for messages.
    package var displayName: String {
        switch self {
        case .jpeg, .png, .gif, .avif, .heic: rawValue.uppercased()
        case .webp: "WebP"
        }
    }

    /// The IANA media type.
    package var mediaType: String { "image/\(rawValue)" }

    /// The usual file name extension, without the dot.
    package var fileExtension: String { self == .jpeg ? "jpg" : rawValue }
}

/// Detects the format of a file by its first bytes; the media type that the client sends is ignored.
enum Signature {
    static func format(of bytes: [UInt8]) -> ImageFormat? {
        let file = ByteReader(bytes)
        if file.starts(with: [0xFF, 0xD8, 0xFF], at: 0) { return .jpeg }
        if file.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], at: 0) { return .png }
        if file.starts(with: "GIF87a", at: 0) || file.starts(with: "GIF89a", at: 0) { return .gif }
        if file.starts(with: "RIFF", at: 0), file.starts(with: "WEBP", at: 8) { return .webp }
        let brands = brands(of: file)
        if !brands.isDisjoint(with: ["avif", "avis"]) { return .avif }
        // The brands of pictures and sequences coded with HEVC: ISO/IEC 23008-12 §B.4.
        if !brands.isDisjoint(with: ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"]) { return .heic }
        return nil
    }

    /// The name of an unsupported format, for the error message; nil if it is unknown.
    static func name(of bytes: [UInt8]) -> String? {
        let file = ByteReader(bytes)
        return binaryName(of: file) ?? mediaContainerName(of: file) ?? textName(of: bytes)
    }

    private static func binaryName(of file: ByteReader) -> String? {
        let known: [(name: String, magic: [UInt8])] = [
            ("BMP", Array("BM".utf8)),
            ("TIFF", [0x49, 0x49, 0x2A, 0x00]),
            ("TIFF", [0x4D, 0x4D, 0x00, 0x2A]),
            ("TIFF", [0x49, 0x49, 0x2B, 0x00]),
            ("TIFF", [0x4D, 0x4D, 0x00, 0x2B]),
            ("JPEG XR", [0x49, 0x49, 0xBC]),
            ("JPEG XL", [0xFF, 0x0A]),
            ("JPEG XL", [0, 0, 0, 12] + Array("JXL ".utf8)),
            ("JPEG 2000", [0, 0, 0, 12] + Array("jP  ".utf8)),
            ("JPEG 2000", [0xFF, 0x4F, 0xFF, 0x51]),
            ("PSD", Array("8BPS".utf8)),
            ("ICO", [0, 0, 1, 0]),
            ("ICO", [0, 0, 2, 0]),
            ("PDF", Array("%PDF-".utf8)),
            ("PostScript", Array("%!PS".utf8)),
            ("ZIP", [0x50, 0x4B, 0x03, 0x04]),
            ("gzip", [0x1F, 0x8B]),
            ("WebM", [0x1A, 0x45, 0xDF, 0xA3]),
            ("Farbfeld", Array("farbfeld".utf8)),
            ("QOI", Array("qoif".utf8)),
        ]
        return known.first { file.starts(with: $0.magic, at: 0) }?.name
    }

    /// The major brand and the compatible brands of an ISO base media file: ISO/IEC 14496-12 §4.3.
    private static func brands(of file: ByteReader) -> Set<String> {
        guard file.starts(with: "ftyp", at: 4), let size = file.uint32(at: 0) else { return [] }
        let places = [8] + stride(from: 16, to: min(size, 256), by: 4)
        return Set(places.compactMap { file.text(at: $0, length: 4) })
    }

    private static func mediaContainerName(of file: ByteReader) -> String? {
        if file.starts(with: "RIFF", at: 0) { return file.starts(with: "AVI ", at: 8) ? "AVI" : "RIFF" }
        guard file.starts(with: "ftyp", at: 4) else { return nil }
        let brands = brands(of: file)
        if !brands.isDisjoint(with: ["mif1", "msf1"]) { return "HEIF" }
        return brands.contains("qt  ") ? "QuickTime" : "MP4"
    }

    private static func textName(of bytes: [UInt8]) -> String? {
        let head = bytes.prefix(1024)
        guard head.allSatisfy({ $0 >= 0x20 || [0x09, 0x0A, 0x0C, 0x0D].contains($0) }) else { return nil }
        let text = String(decoding: head, as: UTF8.self).lowercased()
        if text.contains("<svg") { return "SVG" }
        if text.contains("<html") || text.contains("<!doctype html") { return "HTML" }
        switch text.first(where: { !$0.isWhitespace && $0 != "\u{FEFF}" }) {
        case "{", "[": return "JSON"
        case "<": return "XML"
        // The end of `head` may cut the last character in two.
        default: return text.dropLast().contains("\u{FFFD}") ? nil : "text"
        }
    }
}
