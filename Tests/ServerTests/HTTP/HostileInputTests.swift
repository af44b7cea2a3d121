import Foundation
import HTTPTypes
import ProfileImages
import Testing

@testable import Server

/// Input for which a library or an arithmetic operation would end the process.
@Suite struct HostileInputTests {
    @Test func `a request with too many fields has no fields and no target`() throws {
        let few = Dictionary((0..<Request.maxFields).map { ("HTTP_X_\($0)", "a") }) { $1 }
        #expect(Request.headerFields(few)?.count == Request.maxFields)
        let many = Dictionary((0..<70_000).map { ("HTTP_X_\($0)", "a") }) { $1 }
        let start = ContinuousClock.now
        #expect(Request.headerFields(many) == nil)
        #expect(start.duration(to: .now) < .seconds(5))
    }

    @Test func `a cookie with many parts is one field`() throws {
        let cookie = String(repeating: "a=b; ", count: 70_000)
        let fields = try #require(Request.headerFields(["HTTP_COOKIE": cookie, "HTTP_ACCEPT": "*/*"]))
        #expect(fields.count == 2)
        #expect(fields[.cookie]?.hasPrefix("a=b; a=b; ") == true)
    }

    @Test(arguments: [-1.0, 253_402_300_800, 9e18])
    func `a signed URL with an invalid expiry time is refused`(_ end: Double) throws {
        let upload = try PresignedUpload(
            id: "a",
            userID: #require(UserID(rawValue: "alice")),
            expiresAt: Date(timeIntervalSince1970: end),
            maxBytes: 1
        )
        let token = try UploadToken(upload, host: "a.test", secret: [1])
        #expect(token.upload(to: "a.test", secrets: [[1]]) == nil)
    }

    @Test(arguments: [1e300, -1e300, .infinity, -.infinity, .nan])
    func `a time that does not fit into an integer is null`(_ seconds: Double) {
        #expect(JSONValue.milliseconds(Date(timeIntervalSince1970: seconds)) == .null)
    }

    @Test(arguments: [
        ("a/\u{301}b.png", "\u{301}b.png"), ("..\\\u{327}c", "\u{327}c"), ("a/b\u{0}.png", "b.png"), ("", ""),
    ])
    func `a file's name has no folders, even with a mark after a slash`(_ name: String, _ expected: String) throws {
        let body = "--b\r\nContent-Disposition: form-data; name=f; filename=\(name)\r\n\r\nx\r\n--b--\r\n"
        let upload = try Upload(form: Array(body.utf8), boundary: "b")
        #expect(upload.name.unicodeScalars.elementsEqual(expected.unicodeScalars))
    }

    @Test(arguments: ["\u{1F1E6}", "e\u{301}\u{327}", "a", "\u{1F468}\u{200D}"])
    func `a long file name is truncated`(_ unit: String) throws {
        let name = String(repeating: unit, count: 7_000 / unit.utf8.count)
        let body = "--b\r\nContent-Disposition: form-data; name=f; filename=\(name)\r\n\r\nx\r\n--b--\r\n"
        let upload = try Upload(form: Array(body.utf8), boundary: "b")
        #expect(upload.name.utf8.count <= Upload.maxNameBytes)
        #expect(name.hasPrefix(upload.name))
    }

    @Test(arguments: [
        #""d":"AQAB""#, #""d":"AQAB","p":"AQAB","q":"AQAB""#, #""d":"","p":"","q":"""#, #""d":"====""#,
    ])
    func `only the public part of a private key in a key set is used`(_ more: String) async throws {
        let n = TestToken.base64URL(Data([0xC1] + [UInt8](repeating: 0x5B, count: 255)))
        let set = #"{"keys":[{"kty":"RSA","kid":"a","n":"\#(n)","e":"AQAB",\#(more)}]}"#
        let plain = #"{"keys":[{"kty":"RSA","kid":"a","n":"\#(n)","e":"AQAB"}]}"#
        let keys = await (try JSONWebKeySet(Data(set.utf8))).verificationKeys()
        #expect(keys.count == (await (try JSONWebKeySet(Data(plain.utf8))).verificationKeys()).count)
    }
}
