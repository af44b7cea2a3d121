import Crypto
import FoundationEssentials
import ProfileImages

extension UserID {
    /// The user's identifier where only a UUID will do: itself if it is one, or else one that is made of it, always the
    /// same: RFC 9562 §5.5, version 5.
    var uuid: String {
        if isUUID { return rawValue.lowercased() }
        var bytes = Array(Insecure.SHA1.hash(data: Self.namespace + Array(rawValue.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = bytes.map(\.hexadecimal).joined()
        return Self.groups.map { digits.utf8.dropFirst($0.lowerBound).prefix($0.count) }
            .map { String(Substring($0)) }.joined(separator: "-")
    }

    /// Clients check the version and the variant too: RFC 4122 §4.1.
    private var isUUID: Bool {
        let digits = Array(rawValue.utf8)
        guard digits.count == 36, UUID(uuidString: rawValue) != nil else { return false }
        return "12345678".utf8.contains(digits[14]) && "89abAB".utf8.contains(digits[19])
    }

    /// Any UUID of our own: RFC 9562 §6.6.
    private static let namespace: [UInt8] = [
        0x5E, 0x0D, 0x7A, 0x91, 0x3C, 0x46, 0x4F, 0x12, 0x9B, 0x60, 0x2D, 0xE8, 0x71, 0xA4, 0xC5, 0x38,
    ]
    private static let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
}
