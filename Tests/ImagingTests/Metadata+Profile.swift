@testable import Imaging

extension Metadata {
    /// Adds an ICC profile; a JPEG gets it in segments of `part` bytes in the order of `shuffle`.
    static func added(
        profile: [UInt8],
        to bytes: [UInt8],
        _ format: ImageFormat,
        part: Int = 65_519,
        shuffle: ([[UInt8]]) -> [[UInt8]] = { $0 }
    ) throws -> [UInt8] {
        switch format {
        case .jpeg:
            inserted(shuffle(profileSegments(profile, part: part)), into: bytes, at: 2)
        case .png:
            inserted([chunk("iCCP", Array("Profile\0\0".utf8) + HandmadePNG.zlib(profile))], into: bytes, at: 33)
        case .webp:
            try addedToWebP(bytes, profile: profile)
        case .gif, .avif, .heic:
            bytes
        }
    }

    private static func profileSegments(_ profile: [UInt8], part: Int) -> [[UInt8]] {
        let starts = Array(stride(from: 0, to: profile.count, by: part))
        return starts.enumerated().map { index, start in
            let numbers = [UInt8(index + 1), UInt8(starts.count)]
            let content = profile[start..<min(start + part, profile.count)]
            return segment(0xE2, Array("ICC_PROFILE\0".utf8) + numbers + content)
        }
    }

    private static func addedToWebP(_ webp: [UInt8], profile: [UInt8]) throws -> [UInt8] {
        let header = try ImageHeader.read(webp)
        let size = [header.width - 1, header.height - 1].flatMap { little($0, 3) }
        let (profileFlag, alphaFlag): (UInt8, UInt8) = (0x20, 0x10)
        let extended = riff("VP8X", [profileFlag | alphaFlag, 0, 0, 0] + size)
        let chunks = [extended, riff("ICCP", profile), Array(webp.dropFirst(12))]
        return riff("RIFF", Array("WEBP".utf8) + Array(chunks.joined()))
    }
}
