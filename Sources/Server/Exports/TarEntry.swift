import FoundationEssentials

/// One file of a tar archive in the pax format: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Header Block".
struct TarEntry {
    private static let blockSize = 512
    /// The end of an archive: two blocks of zeros.
    static let end = [UInt8](repeating: 0, count: 2 * blockSize)

    let path: String
    let modifiedAt: Date
    let byteCount: Int

    /// The blocks before the content.
    var header: [UInt8] {
        extendedHeader + Self.header(path: path, type: "0", byteCount: byteCount, modifiedAt: modifiedAt)
    }

    /// The zeros that fill the last block of the content.
    var padding: [UInt8] { Self.padding(byteCount) }

    /// The extended header for a path that is too long for the plain header, or not ASCII; otherwise empty.
    private var extendedHeader: [UInt8] {
        guard path.utf8.count > Self.pathField || !path.utf8.allSatisfy({ $0 < 0x80 }) else { return [] }
        let record = Self.record("path", path)
        return Self.header(path: "PaxHeader", type: "x", byteCount: record.count, modifiedAt: modifiedAt)
            + Self.padded(record)
    }

    private static let pathField = 100

    /// Returns `length key=value\n`. The length includes its own digits.
    private static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count
        while String(length).utf8.count + rest.utf8.count != length {
            length = String(length).utf8.count + rest.utf8.count
        }
        return Array("\(length)\(rest)".utf8)
    }

    private static func header(path: String, type: Character, byteCount: Int, modifiedAt: Date) -> [UInt8] {
        var block: [UInt8] = []
        block += field(path, pathField)
        block += field("0000600", 8) + field("0000000", 8) + field("0000000", 8)
        block += octal(byteCount, 12) + octal(max(0, Int(modifiedAt.timeIntervalSince1970)), 12)
        let checksumStart = block.count
        // The checksum is computed with spaces in the checksum field.
        block += Array(repeating: UInt8(ascii: " "), count: 8)
        block += field(String(type), 1) + field("", 100) + field("ustar", 6) + Array("00".utf8)
        block += Array(repeating: 0, count: blockSize - block.count)
        let sum = octal(block.reduce(0) { $0 + Int($1) }, 7) + [UInt8(ascii: " ")]
        block.replaceSubrange(checksumStart..<checksumStart + 8, with: sum)
        return block
    }

    /// Returns `text`, truncated or padded with zeros to `length` bytes.
    private static func field(_ text: String, _ length: Int) -> [UInt8] {
        let bytes = text.utf8.prefix(length)
        return bytes + Array(repeating: 0, count: length - bytes.count)
    }

    /// Returns octal digits with leading zeros and a final zero byte. Eleven digits hold 8 GiB, far more than any file
    /// here.
    private static func octal(_ number: Int, _ length: Int) -> [UInt8] {
        let digits = String(number, radix: 8)
        return field(String(repeating: "0", count: max(0, length - 1 - digits.utf8.count)) + digits, length)
    }

    private static func padded(_ content: [UInt8]) -> [UInt8] {
        content + padding(content.count)
    }

    private static func padding(_ byteCount: Int) -> [UInt8] {
        Array(repeating: 0, count: (blockSize - byteCount % blockSize) % blockSize)
    }
}
