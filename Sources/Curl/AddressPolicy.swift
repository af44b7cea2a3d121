/// The addresses that this machine may connect to for URLs that users and clients give.
///
/// The policy checks the address of a connection, not a name: a name is resolved only when the connection is made.
package struct AddressPolicy: Equatable, Sendable {
    private let allowed: [IPNetwork]

    /// - Parameter allowed: networks that are allowed although they are not public.
    package init(allowing allowed: [IPNetwork] = []) {
        self.allowed = allowed
    }

    /// Whether connections to `address` are allowed. If it embeds an IPv4 address, that address must be allowed too.
    package func allows(_ address: IPAddress) -> Bool {
        guard address.isPublic || allowed.contains(where: { $0.contains(address) }) else { return false }
        return address.embedded.map(allows) ?? true
    }
}

extension IPAddress {
    /// Whether the address is public: not an address of this machine, of its networks or of a cloud's internal
    /// services, not multicast or broadcast, and not a range that embeds IPv4 addresses, such as 6to4.
    var isPublic: Bool {
        switch self {
        case .v4: !Self.special.contains { $0.contains(self) }
        // RFC 4291 §2.4: all other addresses are special or unassigned.
        case .v6: Self.globalUnicast.contains(self) && !Self.special.contains { $0.contains(self) }
        }
    }

    private static let globalUnicast = IPNetwork.v6(0x2000, length: 3)

    /// The special-purpose registries of RFC 6890, as IANA keeps them, and other ranges that are dangerous.
    private static let special: [IPNetwork] = [
        .v4(0, length: 8),  // this network, RFC 791; 0.0.0.0 is this machine
        .v4(10, length: 8),  // private, RFC 1918
        .v4(100, 64, length: 10),  // carrier-grade NAT, RFC 6598; metadata of Alibaba Cloud at 100.100.100.200
        .v4(127, length: 8),  // loopback, RFC 1122
        .v4(168, 63, 129, 16, length: 32),  // internal services of Azure, although the address is public
        .v4(169, 254, length: 16),  // link-local, RFC 3927; metadata of nearly every cloud at 169.254.169.254
        .v4(172, 16, length: 12),  // private, RFC 1918
        .v4(192, 0, 0, length: 24),  // protocol assignments, RFC 6890; metadata of Oracle's cloud at 192.0.0.192
        .v4(192, 0, 2, length: 24),  // documentation, RFC 5737
        .v4(192, 88, 99, length: 24),  // 6to4 relays, RFC 7526
        .v4(192, 168, length: 16),  // private, RFC 1918
        .v4(198, 18, length: 15),  // benchmarks, RFC 2544
        .v4(198, 51, 100, length: 24),  // documentation, RFC 5737
        .v4(203, 0, 113, length: 24),  // documentation, RFC 5737
        .v4(224, length: 4),  // multicast, RFC 5771
        .v4(240, length: 4),  // reserved, RFC 1112; 255.255.255.255 is broadcast
        .v6(0x2001, length: 23),  // protocol assignments, RFC 2928: Teredo, benchmarks, ORCHID
        .v6(0x2001, 0xdb8, length: 32),  // documentation, RFC 3849
        .v6(0x2002, length: 16),  // 6to4, RFC 3056
        .v6(0x3fff, length: 20),  // documentation, RFC 9637
    ]
}

extension IPAddress {
    /// The IPv4 address that a translator or tunnel reaches through this IPv6 address; nil if it embeds none.
    var embedded: IPAddress? {
        guard case .v6(let bits) = self else { return nil }
        if Self.ending.contains(where: { $0.contains(self) }), bits > 1 { return .v4(UInt32(truncatingIfNeeded: bits)) }
        if Self.sixToFour.contains(self) { return .v4(UInt32(truncatingIfNeeded: bits >> 80)) }
        // RFC 4380 §4: the address of the client, with all bits inverted.
        if Self.teredo.contains(self) { return .v4(~UInt32(truncatingIfNeeded: bits)) }
        // RFC 5214 §6.1: 0:5efe after any prefix; 200:5efe for a public IPv4 address.
        if UInt32(truncatingIfNeeded: bits >> 32) & ~0x0200_0000 == 0x5efe {
            return .v4(UInt32(truncatingIfNeeded: bits))
        }
        return nil
    }

    /// The networks with the IPv4 address in the last 32 bits.
    private static let ending: [IPNetwork] = [
        .v6(length: 96),  // IPv4-compatible, RFC 4291 §2.5.5.1; neither :: nor ::1
        .v6(0, 0, 0, 0, 0, 0xffff, length: 96),  // IPv4-mapped, RFC 4291 §2.5.5.2
        .v6(0x64, 0xff9b, length: 96),  // NAT64, RFC 6052
        .v6(0x64, 0xff9b, 1, length: 48),  // local-use NAT64, RFC 8215; prefixes of 96 bits are usual
    ]
    private static let sixToFour = IPNetwork.v6(0x2002, length: 16)
    private static let teredo = IPNetwork.v6(0x2001, 0, length: 32)
}
