/// Finds the ICC profile in a file. One that is incomplete or out of proportion counts as none.
enum ICCProfile {
    /// The largest profiles in use, of printing presses, have 2 MB.
    static let maxBytes = 4 << 20

    static func find(in upload: [UInt8], _ format: ImageFormat) -> [UInt8]? {
        switch format {
        case .jpeg: jpeg(ByteReader(upload))
        case .webp: webp(ByteReader(upload, order: .little))
        // libpng, libavif and libheif read it; GIF has none.
        case .png, .gif, .avif, .heic: nil
        }
    }

    /// Takes away the tags DToB0 to DToB3, which ICC.1:2022 §8.10.2 leaves to whoever can read them.
    ///
    /// They hold a program of any number of steps, which a hostile profile of 4 MB makes half a million: lcms2 would
    /// work on the transform for minutes. What the other tags hold is bounded by their form.
    static func withoutPipelines(_ profile: [UInt8]) -> [UInt8] {
        let reader = ByteReader(profile)
        let tagTable = 128
        var result = profile
        // lcms2 reads no more than 100 tags.
        for tag in 0..<min(reader.uint32(at: tagTable) ?? 0, 100) {
            let entry = tagTable + 4 + tag * 12
            guard reader.starts(with: "D2B", at: entry) else { continue }
            result[entry] = UInt8(ascii: "-")
        }
        return result
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
