import HTTPTypes
import Testing

@testable import Curl

@Suite struct TrustTests {
    private func get(_ url: String, trusting file: String?) throws -> HTTPResponse.Status {
        var policy = HTTPPolicy.local
        policy.certificateFile = file
        var client = try HTTPClient(policy: policy)
        return try client.send(HTTPCall(.get, url)).status
    }

    @Test func `only a trusted certificate for the name is good enough`() throws {
        let server = try TLSServer()
        #expect(try get("https://localhost:\(server.port)/", trusting: server.certificate) == .ok)
        #expect(throws: HTTPClientError.untrusted) {
            try get("https://localhost:\(server.port)/", trusting: nil)
        }
        #expect(throws: HTTPClientError.untrusted) {
            try get("https://127.0.0.1:\(server.port)/", trusting: server.certificate)
        }
        #expect(throws: HTTPClientError.untrusted) {
            try get("https://localhost:\(server.port)/", trusting: "/nowhere.pem")
        }
    }
}
