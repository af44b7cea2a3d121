import Bytes
internal import CCurl
internal import Glibc

/// An IPv4 or IPv6 address, as a number.
package enum IPAddress: Hashable, Sendable {
    case v4(UInt32)
    case v6(UInt128)

    /// Reads `192.0.2.1` or `2001:db8::1` (inet_pton(3)); nil for any other text, also for `127.1` and `0x7f000001`.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        var v4 = in_addr()
        var v6 = in6_addr()
        if unsafe inet_pton(AF_INET, text, &v4) == 1 {
            self = .v4(UInt32(bigEndian: v4.s_addr))
        } else if unsafe inet_pton(AF_INET6, text, &v6) == 1 {
            self.init(v6)
        } else {
            return nil
        }
    }

    /// Reads the address in a socket address of `count` bytes; nil for another family or if `count` is too small.
    init?(_ address: UnsafeRawPointer, count: Int) {
        guard count >= MemoryLayout<sockaddr>.size else { return nil }
        switch unsafe Int32(address.loadUnaligned(as: sockaddr.self).sa_family) {
        case AF_INET where count >= MemoryLayout<sockaddr_in>.size:
            self = unsafe .v4(UInt32(bigEndian: address.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
        case AF_INET6 where count >= MemoryLayout<sockaddr_in6>.size:
            self = unsafe Self(address.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
        default:
            return nil
        }
    }

    private init(_ address: in6_addr) {
        self = unsafe withUnsafeBytes(of: address) {
            unsafe .v6(UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)))
        }
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .v4(let bits):
            return Self.text(of: bits.bigEndian, family: AF_INET)
        case .v6(let bits):
            return Self.text(of: bits.bigEndian, family: AF_INET6)
        }
    }

    private static func text(of bits: some FixedWidthInteger, family: Int32) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
            let end = unsafe withUnsafeBytes(of: bits) {
                unsafe inet_ntop(family, $0.baseAddress, text.baseAddress, socklen_t(text.count))
            }
            return unsafe end.map { unsafe String(cString: $0) } ?? ""
        }
    }
}

/// A network: all addresses with the same prefix, RFC 4632 §3.1, RFC 4291 §2.3.
package struct IPNetwork: Hashable, Sendable {
    /// The first address.
    package let address: IPAddress
    /// The number of bits that all addresses share.
    package let prefixLength: Int

    /// Reads `10.1.0.0/16` or `fd12::/16`; text without a slash is a single address. Nil for any other text, and for an
    /// address with bits beyond the prefix: `10.1.2.3/16` is probably a mistake.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        let length = parts.count == 2 ? Self.prefixLength(parts[1]) : address.bitWidth
        guard let length, length <= address.bitWidth, address.prefix(length) == address else { return nil }
        self.address = address
        prefixLength = length
    }

    /// `v4(10, length: 8)` is 10.0.0.0/8.
    static func v4(_ bytes: UInt8..., length: Int) -> Self {
        let bits = bytes.enumerated().reduce(0) { $0 | UInt32($1.element) << (24 - 8 * UInt32($1.offset)) }
        return Self(address: .v4(bits), prefixLength: length)
    }

    /// `v6(0x2001, 0xdb8, length: 32)` is 2001:db8::/32.
    static func v6(_ groups: UInt16..., length: Int) -> Self {
        let bits = groups.enumerated().reduce(0) { $0 | UInt128($1.element) << (112 - 16 * UInt128($1.offset)) }
        return Self(address: .v6(bits), prefixLength: length)
    }

    private init(address: IPAddress, prefixLength: Int) {
        self.address = address
        self.prefixLength = prefixLength
    }

    package func contains(_ address: IPAddress) -> Bool {
        address.bitWidth == self.address.bitWidth && address.prefix(prefixLength) == self.address
    }

    private static func prefixLength(_ text: some StringProtocol) -> Int? {
        guard text.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
        return Int(text)
    }
}

extension IPNetwork: CustomStringConvertible {
    package var description: String { "\(address)/\(prefixLength)" }
}

extension IPAddress {
    fileprivate var bitWidth: Int {
        switch self {
        case .v4: UInt32.bitWidth
        case .v6: UInt128.bitWidth
        }
    }

    /// Returns the address with every bit after the first `length` cleared.
    fileprivate func prefix(_ length: Int) -> IPAddress {
        switch self {
        case .v4(let bits): .v4(bits & ~(UInt32.max >> length))
        case .v6(let bits): .v6(bits & ~(UInt128.max >> length))
        }
    }
}
