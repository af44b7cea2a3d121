import Curl
import HTTPTypes
import LocalHTTP
import Synchronization

/// One input of libFuzzer: what a server answers. The first byte says what the client may do, and a record separator (0x1E)
/// ends an answer, after which the server ends the connection. The client asks twice, and more often where it is redirected.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    let flags = input.first ?? 0
    let script = Script.shared(answers: input.dropFirst())
    var policy = HTTPPolicy(
        addresses: AddressPolicy(allowing: [IPNetwork("127.0.0.1")].compactMap(\.self)),
        userAgent: "portraitd/fuzz",
        maxRedirects: Int(flags & 3),
        timeout: .seconds(2)
    )
    policy.maxBodyBytes = flags & 4 == 0 ? 4096 : 16
    policy.decodesContent = flags & 16 != 0
    do throws(HTTPClientError) {
        var client = try HTTPClient(policy: policy)
        for _ in 0..<2 { check(client: &client, flags & 8 == 0 ? .get : .post(Array("{}".utf8)), script, policy) }
    } catch {
        preconditionFailure("\(error)")
    }
    return 0
}

/// Sends one request: whatever is answered, there is an answer that keeps its promises, or an error that says why not.
private func check(client: inout HTTPClient, _ method: HTTPCall.Method, _ script: Script, _ policy: HTTPPolicy) {
    do throws(HTTPClientError) {
        let answer = try client.send(HTTPCall(method, script.url))
        precondition((100...599).contains(answer.status.code))
        precondition(answer.body.count <= policy.maxBodyBytes)
        precondition(!answer.isTruncated || answer.body.count == policy.maxBodyBytes)
        precondition(answer.retryAfter.map { $0 > .zero } ?? true)
        precondition(answer.fields.allSatisfy { HTTPField.isValidValue($0.value) })
    } catch {
        precondition(!error.description.isEmpty && !error.debugDescription.isEmpty)
    }
}

/// The server, and what it is to answer.
private final class Script: Sendable {
    private let server: LocalServer
    private let answers: Answers

    private init() throws {
        let answers = Answers()
        self.answers = answers
        server = try LocalServer { _, connection in
            connection.send(answers.next())
            connection.end()
        }
    }

    var url: String { server.url }

    /// The server with other answers. It keeps the requests that came, so there is a new one after some thousand.
    static func shared(answers: ArraySlice<UInt8>) -> Script {
        let script = current.withLock { current in
            if current.uses % 5_000 == 0 { current.script = try? Script() }
            current.uses += 1
            allowedPort.withLock { $0 = current.script?.server.port ?? 0 }
            return current.script
        }
        guard let script else { preconditionFailure("no port is free") }
        script.answers.replace(by: answers.split(separator: 0x1E, omittingEmptySubsequences: false).map(Array.init))
        return script
    }

    private static let current = Mutex<(script: Script?, uses: Int)>((nil, 0))
}

private final class Answers: Sendable {
    private let rest = Mutex<ArraySlice<[UInt8]>>([])

    func replace(by answers: [[UInt8]]) {
        rest.withLock { $0 = answers[...] }
    }

    /// An empty one when all have been given.
    func next() -> [UInt8] {
        rest.withLock { $0.popFirst() } ?? []
    }
}
