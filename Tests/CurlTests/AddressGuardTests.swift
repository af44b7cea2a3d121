import HTTPTypes
import LocalHTTP
import Testing

@testable import Curl

/// The address policy is applied to each connection.
@Suite struct AddressGuardTests {
    private func client(allowing networks: [IPNetwork] = [], maxRedirects: Int = 5) throws -> HTTPClient {
        let addresses = AddressPolicy(allowing: networks)
        return try HTTPClient(
            policy: HTTPPolicy(addresses: addresses, userAgent: "portraitd/test", maxRedirects: maxRedirects)
        )
    }

    private func refusal(of url: String, allowing networks: [IPNetwork] = []) throws -> HTTPClientError? {
        var client = try client(allowing: networks)
        do throws(HTTPClientError) {
            _ = try client.send(HTTPCall(.get, url))
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0x7f000001", "017700000001", "0177.0.0.1", "0", "0.0.0.0",
        "localhost", "LOCALHOST", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]",
    ])
    func `the client refuses every spelling of this machine's address`(_ host: String) throws {
        let server = try LocalServer { $1.answer(200, "secret") }
        let error = try refusal(of: "http://\(host):\(server.port)/")
        guard case .refusedAddress(.some) = error else {
            Issue.record("\(host): \(String(describing: error))")
            return
        }
        #expect(server.connections == 0)
    }

    // The meaning of these depends on the resolver and on the locale.
    @Test(arguments: ["localhost.", "ip6-localhost", "①②⑦.⓪.⓪.①", "127.0.0.1.", "%31%32%37.0.0.1"])
    func `the client refuses every doubtful spelling of this machine's address`(_ host: String) throws {
        let server = try LocalServer { $1.answer(200, "secret") }
        #expect(try refusal(of: "http://\(host):\(server.port)/") != nil)
        #expect(server.connections == 0)
    }

    @Test(arguments: ["[::1]", "ip6-localhost", "localhost"])
    func `the client refuses every name of this machine over IPv6`(_ host: String) throws {
        let server = try LocalServer(v6: true) { $1.answer(200, "secret") }
        #expect(try refusal(of: "http://\(host):\(server.port)/") != nil)
        #expect(server.connections == 0)
    }

    @Test func `the log names the refused address, the public message does not`() throws {
        let error = try refusal(of: "http://127.0.0.1:9/")
        #expect(error == .refusedAddress(IPAddress("127.0.0.1")))
        #expect(error?.isTransient == false)
        #expect(error.map { "\($0)" } == "The URL leads to an address that is not public.")
        #expect(error.map { String(reflecting: $0) }?.hasSuffix("It is 127.0.0.1.") == true)
    }

    @Test(arguments: ["http://127.0.0.2", "http://0x7f.2", "http://[::1]", "http://169.254.169.254", "http://10.0.0.1"])
    func `a redirect from an allowed address to a refused one is refused`(_ target: String) throws {
        let server = try LocalServer {
            $1.redirect(to: "\(target):\($0.fields["host"]?.split(separator: ":").last ?? "")/")
        }
        let error = try refusal(of: server.url, allowing: [.v4(127, 0, 0, 1, length: 32)])
        guard case .refusedAddress(.some) = error else {
            Issue.record("\(target): \(String(describing: error))")
            return
        }
        #expect(server.requests.count == 1)
    }

    @Test(arguments: ["file:///etc/passwd", "gopher://127.0.0.1/_x", "ftp://127.0.0.1/", "telnet://127.0.0.1/"])
    func `a redirect to another scheme is refused`(_ target: String) throws {
        let server = try LocalServer { $1.redirect(to: target) }
        #expect(try refusal(of: server.url, allowing: [.v4(127, 0, 0, 1, length: 32)]) == .unsupportedScheme)
    }

    @Test func `the client connects to an allowed name`() throws {
        let server = try LocalServer { $1.answer(200, "ok") }
        let url = "http://localhost:\(server.port)/"
        #expect(try refusal(of: url, allowing: [.v4(127, 0, 0, 1, length: 32)]) == nil)
        #expect(server.connections == 1)
    }
}
