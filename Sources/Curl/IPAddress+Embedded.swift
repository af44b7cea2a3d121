extension IPAddress {
    /// The IPv4 address that a translator or tunnel reaches by this IPv6 address; nil when there is none in it.
    var embedded: IPAddress? {
        guard case .v6(let bits) = self else { return nil }
        if Self.ending.contains(where: { $0.contains(self) }), bits > 1 { return .v4(UInt32(truncatingIfNeeded: bits)) }
        if Self.sixToFour.contains(self) { return .v4(UInt32(truncatingIfNeeded: bits >> 80)) }
        // RFC 4380 §4: the client's address, inverted.
        if Self.teredo.contains(self) { return .v4(~UInt32(truncatingIfNeeded: bits)) }
        // RFC 5214 §6.1: below any prefix, 0:5efe or, for a public one, 200:5efe.
        if UInt32(truncatingIfNeeded: bits >> 32) & ~0x0200_0000 == 0x5efe {
            return .v4(UInt32(truncatingIfNeeded: bits))
        }
        return nil
    }

    /// Those whose last 32 bits are the IPv4 address.
    private static let ending: [IPNetwork] = [
        .v6(length: 96),  // IPv4-compatible, RFC 4291 §2.5.5.1; neither :: nor ::1
        .v6(0, 0, 0, 0, 0, 0xffff, length: 96),  // IPv4-mapped, RFC 4291 §2.5.5.2
        .v6(0x64, 0xff9b, length: 96),  // NAT64, RFC 6052
        .v6(0x64, 0xff9b, 1, length: 48),  // NAT64 of one's own, RFC 8215, with prefixes of 96 bits as is usual
    ]
    private static let sixToFour = IPNetwork.v6(0x2002, length: 16)
    private static let teredo = IPNetwork.v6(0x2001, 0, length: 32)
}
