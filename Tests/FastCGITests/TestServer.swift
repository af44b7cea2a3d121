import TestSupport
import Testing

@testable import FastCGI

/// Runs `body` against a server on a socket in a temporary folder, and requires it to stop.
func withServer(
    workers: Int = 4,
    timeout: Duration = .seconds(5),
    handle: @escaping @Sendable (FastCGIRequest) -> Void,
    _ body: (_ path: String, _ server: FastCGIServer) throws -> Void
) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("sock")
    let server = try FastCGIServer(
        listener: .bind(path: path),
        workers: workers,
        timeout: timeout,
        handle: handle
    )
    try server.start()
    defer {
        server.stop()
        #expect(server.join(within: .seconds(10)))
    }
    try body(path, server)
}

extension FastCGIRequest {
    /// Sends a plain-text response.
    func answer(_ text: String) {
        write(Array("Status: 200\r\n\r\n\(text)".utf8))
    }
}
