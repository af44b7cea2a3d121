/// Finds the ICC profile in a file. One that is incomplete or out of proportion counts as none.
enum ICCProfile {
    /// The largest profiles in use, of printing presses, have 2 MB.
    static let maxBytes = 4 << 20

    static func find(in upload: [UInt8], _ format: ImageFormat) -> [UInt8]? {
        switch format {
        case .jpeg: jpeg(ByteReader(upload))
        case .webp: webp(ByteReader(upload, order: .little))
        // libpng reads and inflates it; GIF has none.
        case .png, .gif: nil
        }
    }

    /// ICC.1:2022 §B.4: the profile is cut into numbered APP2 segments, each of which tells how many there are.
    private static func jpeg(_ file: ByteReader) -> [UInt8]? {
        var parts: [Int: ByteReader] = [:]
        var count: Int?
        var offset = 2
        while let segment = ImageHeader.nextJPEGSegment(in: file, from: offset), segment.marker != 0xDA {
            offset = segment.end
            guard segment.marker == 0xE2, segment.body.starts(with: "ICC_PROFILE\0", at: 0) else { continue }
            guard let number = segment.body.byte(at: 12), let total = segment.body.byte(at: 13),
                let part = segment.body.slice(from: 14), total == count ?? total, 1...max(total, 1) ~= number,
                parts.updateValue(part, forKey: number) == nil
            else { return nil }
            count = total
        }
        guard let count, parts.count == count else { return nil }
        guard parts.values.reduce(0, { $0 + $1.count }) <= maxBytes else { return nil }
        return parts.sorted { $0.key < $1.key }.flatMap(\.value.all)
    }

    /// RFC 9649 §2.7.1.4.
    private static func webp(_ file: ByteReader) -> [UInt8]? {
        guard let profile = ImageHeader.webpChunk("ICCP", in: file), profile.count <= maxBytes else { return nil }
        return profile.all
    }
}
