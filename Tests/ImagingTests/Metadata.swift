@testable import Imaging

/// Adds the metadata of cameras and editors to encoded pictures.
enum Metadata {
    /// An EXIF block with an orientation, a private description and a GPS position.
    static func exif(orientation: Int, littleEndian: Bool = false) -> [UInt8] {
        func number(_ value: Int, _ size: Int) -> [UInt8] {
            let bytes = (0..<size).map { UInt8(value >> (8 * $0) & 255) }
            return littleEndian ? bytes : bytes.reversed()
        }
        func entry(_ tag: Int, _ type: Int, _ count: Int, _ value: [UInt8]) -> [UInt8] {
            number(tag, 2) + number(type, 2) + number(count, 4) + value
        }
        let description = Array("PRIVATE\0".utf8)
        let entries = [
            entry(0x010E, 2, description.count, number(50, 4)),
            entry(0x0112, 3, 1, number(orientation, 2) + [0, 0]),
            entry(0x8825, 4, 1, number(58, 4)),
        ]
        let directory = number(3, 2) + Array(entries.joined()) + number(0, 4)
        let gps = number(1, 2) + entry(1, 2, 2, Array("N\0\0\0".utf8)) + number(0, 4)
        let head = Array((littleEndian ? "II" : "MM").utf8) + number(42, 2) + number(8, 4)
        return head + directory + description + gps
    }

    /// Adds EXIF, a comment and an ICC profile's segment right after the start.
    static func addedToJPEG(_ jpeg: [UInt8], exif: [UInt8]) -> [UInt8] {
        let segments = [
            segment(0xE1, Array("Exif\0\0".utf8) + exif),
            segment(0xE2, Array("ICC_PROFILE\0\u{1}\u{1}PRIVATE".utf8)),
            segment(0xFE, Array("PRIVATE".utf8)),
        ]
        return inserted(segments, into: jpeg, at: 2)
    }

    /// Adds an eXIf and a tEXt chunk after the header.
    static func addedToPNG(_ png: [UInt8], exif: [UInt8]) -> [UInt8] {
        inserted([chunk("eXIf", exif), chunk("tEXt", Array("Comment\0PRIVATE".utf8))], into: png, at: 33)
    }

    /// Makes a simple WebP an extended one, with an EXIF chunk at the end.
    static func addedToWebP(_ webp: [UInt8], exif: [UInt8], animated: Bool = false) throws -> [UInt8] {
        let header = try ImageHeader.read(webp)
        let size = [header.width - 1, header.height - 1].flatMap { little($0, 3) }
        let flags: UInt8 = animated ? 0x0A : 0x08
        let chunks = [riff("VP8X", [flags, 0, 0, 0] + size), Array(webp.dropFirst(12)), riff("EXIF", exif)]
        return riff("RIFF", Array("WEBP".utf8) + Array(chunks.joined()))
    }

    static func added(to bytes: [UInt8], _ format: ImageFormat, exif: [UInt8]) throws -> [UInt8] {
        switch format {
        case .jpeg: addedToJPEG(bytes, exif: exif)
        case .png: addedToPNG(bytes, exif: exif)
        case .webp: try addedToWebP(bytes, exif: exif)
        case .gif, .avif, .heic: bytes
        }
    }

    static func inserted(_ parts: [[UInt8]], into bytes: [UInt8], at offset: Int) -> [UInt8] {
        Array(bytes[..<offset]) + Array(parts.joined()) + Array(bytes[offset...])
    }

    static func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] {
        [0xFF, marker] + big(body.count + 2, 2) + body
    }

    static func chunk(_ type: String, _ body: [UInt8]) -> [UInt8] {
        let content = Array(type.utf8) + body
        return big(body.count, 4) + content + big(Int(crc(content)), 4)
    }

    static func riff(_ type: String, _ body: [UInt8]) -> [UInt8] {
        Array(type.utf8) + little(body.count, 4) + body + [UInt8](repeating: 0, count: body.count % 2)
    }

    static func big(_ value: Int, _ size: Int) -> [UInt8] { little(value, size).reversed() }
    static func little(_ value: Int, _ size: Int) -> [UInt8] { (0..<size).map { UInt8(value >> (8 * $0) & 255) } }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        var crc = ~UInt32(0)
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
        }
        return ~crc
    }
}
