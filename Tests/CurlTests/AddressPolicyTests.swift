import Testing

@testable import Curl

@Suite struct AddressPolicyTests {
    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.0", "100.100.100.200", "100.127.255.255",
        "127.0.0.1", "127.255.255.254", "168.63.129.16", "169.254.0.1", "169.254.169.254", "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1",
        "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    ])
    func `an IPv4 address that is not public is refused`(_ text: String) throws {
        #expect(try !AddressPolicy().allows(#require(IPAddress(text))))
    }

    @Test(arguments: [
        "1.0.0.0", "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
        "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
    ])
    func `a public IPv4 address next to a special one is allowed`(_ text: String) throws {
        #expect(try AddressPolicy().allows(#require(IPAddress(text))))
    }

    @Test(arguments: [
        "::", "::1", "::2", "::7f00:1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "100::1", "200::1", "1fff:ffff::1", "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1", "2001:1ff::1",
        "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "8000::1",
        "fc00::1", "fd00::1", "fd00:ec2::254", "fd20:ce::254", "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1",
    ])
    func `an IPv6 address that is not public is refused`(_ text: String) throws {
        #expect(try !AddressPolicy().allows(#require(IPAddress(text))))
    }

    @Test(arguments: [
        "2000::1", "2001:200::1", "2001:4860:4860::8888", "2001:db7::1", "2001:db9::1", "2003::1",
        "2606:4700:4700::1111",
        "2a00:1450:4001::5efe:1", "3ffe::1", "3fff:1000::1",
    ])
    func `a public IPv6 address is allowed`(_ text: String) throws {
        #expect(try AddressPolicy().allows(#require(IPAddress(text))))
    }

    @Test(arguments: ["2a00::5efe:127.0.0.1", "2a00::200:5efe:10.0.0.1", "2a00:1:2:3:0:5efe:169.254.169.254"])
    func `a private address inside a public tunnel prefix is refused`(_ text: String) throws {
        #expect(try !AddressPolicy().allows(#require(IPAddress(text))))
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.0.0.2", false), ("10.1.2.3", true), ("10.2.2.3", false), ("fd12::1", true),
        ("fd13::1", false), ("8.8.8.8", true), ("::1", true), ("::ffff:127.0.0.1", false),
    ])
    func `only the named networks are allowed`(_ text: String, _ expected: Bool) throws {
        let policy = AddressPolicy(
            allowing: ["127.0.0.1/32", "10.1.0.0/16", "fd12::/16", "::1/128"].compactMap { IPNetwork($0) }
        )
        #expect(try policy.allows(#require(IPAddress(text))) == expected)
    }

    @Test(arguments: [
        ("64:ff9b::8.8.8.8", true), ("64:ff9b::169.254.169.254", false), ("64:ff9b::127.0.0.1", false),
        ("64:ff9b:1::8.8.8.8", true), ("64:ff9b:1::10.0.0.1", false), ("::ffff:8.8.8.8", true),
        ("::ffff:10.0.0.1", false),
        ("2002:808:808::1", true), ("2002:a00:1::1", false), ("2001:0:4136:e378:8000:63bf:f7f7:f7f7", true),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", false), ("::8.8.8.8", true), ("::10.0.0.1", false),
    ])
    func `an allowed translator leads to allowed addresses only`(_ text: String, _ expected: Bool) throws {
        #expect(
            try AddressPolicy(allowing: [#require(IPNetwork("::/0"))]).allows(#require(IPAddress(text))) == expected
        )
    }
}
