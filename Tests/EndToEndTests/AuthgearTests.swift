import Foundation
import TestSupport
import Testing

@Suite struct AuthgearTests {
    @Test func `gql reads the schema, gives users their pictures, and understands every refusal`() async throws {
        let folder = try TemporaryFolder()
        let outcome = try await onThread {
            _ = try Python.run("authgear_key.py", [folder.path])
            let instance = try Instance([
                "PORTRAITD_DIALECTS": "authgear",
                "PORTRAITD_AUTHGEAR_APP": "myapp",
                "PORTRAITD_AUTHGEAR_ADMIN_JWKS_FILE": "\(folder.path)/jwks.json",
            ])
            let token = try instance.token("ann")
            _ = try instance.curl("/me", token: token)
            let key = "\(folder.path)/key.pem"
            return try Python.run("authgear.py", [instance.url, "myapp", key, "k1", "ann", token])
        }
        #expect(outcome.status == 0, "\(outcome.output)")
    }
}
