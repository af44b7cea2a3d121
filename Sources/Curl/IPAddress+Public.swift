extension IPAddress {
    /// Whether it is of the public Internet: no address of this machine, of its networks or of a cloud's own services, none
    /// that reaches many, and none that stands for an IPv4 address.
    var isPublic: Bool {
        switch self {
        case .v4: !Self.special.contains { $0.contains(self) }
        // RFC 4291 §2.4: all else is either special or was never given out.
        case .v6: Self.globalUnicast.contains(self) && !Self.special.contains { $0.contains(self) }
        }
    }

    private static let globalUnicast = IPNetwork.v6(0x2000, length: 3)

    /// The special-purpose registries of RFC 6890 as IANA keeps them, and what has become dangerous since.
    private static let special: [IPNetwork] = [
        .v4(0, length: 8),  // this network, RFC 791; 0.0.0.0 is this machine
        .v4(10, length: 8),  // private, RFC 1918
        .v4(100, 64, length: 10),  // carrier-grade NAT, RFC 6598; metadata of Alibaba Cloud at 100.100.100.200
        .v4(127, length: 8),  // loopback, RFC 1122
        .v4(168, 63, 129, 16, length: 32),  // Azure's platform, public by its number alone
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
        .v4(240, length: 4),  // reserved, RFC 1112; 255.255.255.255 is everybody
        .v6(0x2001, length: 23),  // protocol assignments, RFC 2928: Teredo, benchmarks, ORCHID
        .v6(0x2001, 0xdb8, length: 32),  // documentation, RFC 3849
        .v6(0x2002, length: 16),  // 6to4, RFC 3056
        .v6(0x3fff, length: 20),  // documentation, RFC 9637
    ]
}
