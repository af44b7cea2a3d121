import ProfileImages
import Testing

@Suite struct PseudonymsTests {
    private let keyed = Pseudonyms(secret: Array(repeating: 7, count: 32))
    private let alice: UserID

    init() throws {
        alice = try #require(UserID(rawValue: "alice"))
    }

    @Test func `each secret gives its own stable pseudonyms`() {
        let same = Pseudonyms(secret: Array(repeating: 7, count: 32))
        let other = Pseudonyms(secret: Array(repeating: 8, count: 32))
        #expect(keyed.seed(of: alice) == same.seed(of: alice))
        #expect(keyed.uuid(of: alice) == same.uuid(of: alice))
        #expect(keyed.seed(of: alice) != other.seed(of: alice))
        #expect(keyed.uuid(of: alice) != other.uuid(of: alice))
    }

    @Test func `unkeyed pseudonyms equal those of earlier versions`() {
        #expect(Pseudonyms.unkeyed.seed(of: alice) == "c0e6d3978767f1767708ffd6c2cddefa")
        #expect(Pseudonyms.unkeyed.uuid(of: alice) == "0ecfb677-f743-596e-9808-9bf956faf090")
    }

    @Test func `a seed has 32 digits and reveals no part of the UUID`() throws {
        let seed = keyed.seed(of: alice)
        #expect(seed.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        #expect(!seed.hasPrefix(keyed.uuid(of: alice).prefix(8)))
    }

    @Test(arguments: [true, false])
    func `a pseudonym is a valid UUID, and a user id that is a UUID is kept`(isKeyed: Bool) throws {
        let pseudonyms = isKeyed ? keyed : .unkeyed
        let own = "97B1C929-842c-415c-a7df-6967efdda160"
        #expect(pseudonyms.uuid(of: try #require(UserID(rawValue: own))) == own.lowercased())
        // RFC 9562 §6.10 and §5.9: clients accept neither of these as a UUID.
        let others = ["alice", "auth0|u1", "00000000-0000-0000-0000-000000000000", String(own.dropLast()), "é"]
        let ids = try others.map { pseudonyms.uuid(of: try #require(UserID(rawValue: $0))) }
        for id in ids {
            #expect(id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-[58][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
            #expect(id.dropFirst(14).first == (isKeyed ? "8" : "5"))
        }
        #expect(Set(ids).count == ids.count)
    }
}
