internal import CCurl
internal import Glibc

/// An address of the Internet, as a number.
package enum IPAddress: Hashable, Sendable {
    case v4(UInt32)
    case v6(UInt128)

    /// Reads `192.0.2.1` or `2001:db8::1` (inet_pton(3)); nil for anything else, `127.1` and `0x7f000001` included.
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

    /// The address in a socket address of `count` bytes; nil when it is of another family.
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
