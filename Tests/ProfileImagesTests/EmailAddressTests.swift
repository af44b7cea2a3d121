import ProfileImages
import Testing

@Suite struct EmailAddressTests {
    @Test(arguments: [
        ("ann@example.com", "ann@example.com"),
        ("  Ann.O'Neill+x@EXAMPLE.com\n", "ann.o'neill+x@example.com"),
        ("ÉVA@example.com", "éva@example.com"),
        ("用户@例子.中国", "用户@例子.中国"),
    ])
    func `an address is stored trimmed and in lower case`(_ text: String, _ kept: String) throws {
        #expect(EmailAddress(rawValue: text)?.rawValue == kept)
    }

    @Test(arguments: [
        "", " ", "ann", "@example.com", "ann@", "a@b@c", "a b@example.com", "a@exam\u{7}ple.com",
        String(repeating: "a", count: 250) + "@b.cd",
    ])
    func `an invalid address is nil`(_ text: String) {
        #expect(EmailAddress(rawValue: text) == nil)
    }

    /// The example in Gravatar's documentation.
    @Test func `the hashes equal Gravatar's`() throws {
        let address = try #require(EmailAddress(rawValue: "MyEmailAddress@example.com "))
        #expect(address.md5 == "0bc83cb571cd1c50ba6f3e8a78ef1346")
        #expect(address.sha256 == "84059b07d4be67b806386c0aad8070a23f18836bbaae342275dc0a83414c32ee")
    }
}
