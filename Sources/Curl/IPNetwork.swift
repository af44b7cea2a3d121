/// The addresses that begin with the same bits: RFC 4632 §3.1, RFC 4291 §2.3.
package struct IPNetwork: Hashable, Sendable {
    /// Its first address.
    package let address: IPAddress
    /// How many bits all of its addresses share.
    package let prefixLength: Int

    /// Reads `10.1.0.0/16` or `fd12::/16`; without a slash it is a single address. Nil for anything else, and for an address
    /// with bits beyond the prefix: whoever writes `10.1.2.3/16` meant something else.
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
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
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

    /// The address with every bit after the first `length` cleared.
    fileprivate func prefix(_ length: Int) -> IPAddress {
        switch self {
        case .v4(let bits): .v4(bits & ~(UInt32.max >> length))
        case .v6(let bits): .v6(bits & ~(UInt128.max >> length))
        }
    }
}
