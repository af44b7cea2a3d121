import Testing

@testable import Curl

@Suite struct IPNetworkTests {
    @Test(arguments: ["10.0.0.0/8", "127.0.0.1/32", "0.0.0.0/0", "::/0", "fd12:3456::/32", "2001:db8::1/128"])
    func `a network is written as it was read`(_ text: String) {
        #expect(IPNetwork(text)?.description == text)
    }

    @Test func `a single address is a network of one address`() {
        #expect(IPNetwork("127.0.0.1")?.description == "127.0.0.1/32")
        #expect(IPNetwork("::1")?.description == "::1/128")
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.1.0.0/8", "10/8",
        "127.1",
        "0x7f000001", "localhost", "fd00::/129", "fd00::1/64", "[::1]", "::1%lo",
    ])
    func `anything else is refused`(_ text: String) {
        #expect(IPNetwork(text) == nil)
    }

    @Test(arguments: [
        ("10.1.0.0/16", "10.1.0.0", true), ("10.1.0.0/16", "10.1.255.255", true), ("10.1.0.0/16", "10.2.0.0", false),
        ("10.1.0.0/16", "10.0.255.255", false), ("0.0.0.0/0", "255.255.255.255", true), ("0.0.0.0/0", "::1", false),
        ("10.0.0.1/32", "10.0.0.1", true), ("10.0.0.1/32", "10.0.0.2", false), ("fd12::/15", "fd13:1::1", true),
        ("fd12::/15", "fd14::", false), ("::/0", "fe80::1", true), ("::/0", "127.0.0.1", false),
    ])
    func `a network holds the addresses with its prefix`(_ network: String, _ address: String, _ expected: Bool) throws
    {
        #expect(try #require(IPNetwork(network)).contains(#require(IPAddress(address))) == expected)
    }
}
