import FastCGI
import Foundation
@testable import Server
import Testing

@Suite struct SelfTestTests {
    private let app: TestApplication
    private let server: FastCGIServer

    init() async throws {
        // With unkeyed pseudonyms the start reads nothing from the database.
        app = try await TestApplication(["PORTRAITD_PSEUDONYMS": "unkeyed"])
        server = try FastCGIServer(listener: .bind(path: "\(app.folder)/sock"), workers: 1) { _ in }
        try server.start()
    }

    private func stop() {
        server.stop()
        #expect(server.join(within: .seconds(5)))
    }

    @Test func `a working server passes`() throws {
        #expect(throws: Never.self) { try SelfTest(server: server, service: app.services.images).run() }
        stop()
    }

    @Test func `a server that accepts no connections fails`() throws {
        stop()
        #expect(throws: SelfTest.Failure.notServing) {
            try SelfTest(server: server, service: app.services.images).run()
        }
    }

    @Test func `an unreadable database fails`() throws {
        // The readers open the file at their first query.
        for name in ["portraitd.sqlite", "portraitd.sqlite-wal", "portraitd.sqlite-shm"] {
            try FileManager.default.removeItem(atPath: "\(app.folder)/\(name)")
        }
        #expect(throws: (any Error).self) { try SelfTest(server: server, service: app.services.images).run() }
        stop()
    }
}
