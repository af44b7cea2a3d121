/// Puts right the checksum of every chunk of a PNG: else nearly every changed input would be refused for that alone.
enum PNGChecksums {
    static func corrected(_ file: [UInt8]) -> [UInt8] {
        guard file.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { return file }
        var file = file
        var offset = 8
        while offset + 12 <= file.count {
            let length = file[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = offset + 8 + length
            guard end + 4 <= file.count else { break }
            let checksum = checksum(file[offset + 4..<end])
            for byte in 0..<4 {
                file[end + byte] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * byte))
            }
            offset = end + 4
        }
        return file
    }

    /// PNG (third edition) annex D.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(byte) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }
}
