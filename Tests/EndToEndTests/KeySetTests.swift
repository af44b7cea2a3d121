import Crypto
import Foundation
import Testing

@Suite struct KeySetTests {
    private let key = P256.Signing.PrivateKey()

    private var keySet: String {
        let point = key.publicKey.rawRepresentation
        let x = base64URL(point.prefix(32))
        let y = base64URL(point.suffix(32))
        return #"{"keys":[{"kty":"oct","k":"AA"},{"kty":"EC","kid":"k1","crv":"P-256","x":"\#(x)","y":"\#(y)"}]}"#
    }

    private func token(kid: String) throws -> String {
        let claims = #"{"sub":"alice","exp":4102444800,"scope":"profile:read profile:write","iss":"https://id.test"}"#
        let header = #"{"alg":"ES256","kid":"\#(kid)"}"#
        let input = "\(base64URL(Data(header.utf8))).\(base64URL(Data(claims.utf8)))"
        return try "\(input).\(base64URL(key.signature(for: Data(input.utf8)).rawRepresentation))"
    }

    private func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private func file(_ text: String) throws -> URL {
        let url = URL(filePath: NSTemporaryDirectory()).appending(path: "portraitd-\(UUID().uuidString)")
        try Data(text.utf8).write(to: url)
        return url
    }

    @Test func `tokens signed with a key of the file or the shared secret are accepted`() throws {
        let url = try file(keySet)
        defer { try? FileManager.default.removeItem(at: url) }
        let instance = try Instance(["PORTRAITD_JWKS_FILE": url.path(), "PORTRAITD_JWT_ISSUER": "https://id.test"])
        #expect(try instance.put(Photograph.small(side: 64), token: token(kid: "k1")).status == 201)
        #expect(try instance.curl("/me/profileimage", token: token(kid: "k2")).status == 401)
        #expect(try instance.curl("/me/profileimage", token: instance.token("alice")).status == 200)
    }

    @Test(arguments: ["{}", "no JSON", #"{"keys":[{"kty":"oct","k":"AA"}]}"#])
    func `a file without a usable key ends the start with 78`(_ text: String) throws {
        let url = try file(text)
        let log = LogFile(path: "\(url.path()).log")
        let state = "\(url.path()).state"
        defer {
            for path in [url.path(), log.path, state] { try? FileManager.default.removeItem(atPath: path) }
        }
        let environment = ["PORTRAITD_JWKS_FILE": url.path(), "PORTRAITD_STATE": state]
        let process = try ChildProcess(Project.portraitd, ["serve"], environment: environment, errorOutput: log)
        #expect(process.wait() == 78)
        #expect(log.text.contains("PORTRAITD_JWKS_FILE"))
    }
}
