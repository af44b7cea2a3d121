import Curl
import Foundation
import Imaging
import LocalHTTP
import Logging
import ProfileImages
import Server
import Storage
import TestSupport
import Testing

@testable import Worker

@Suite struct ImporterTests {
    private let folder: ImporterFolder
    private let alice: UserID

    init() throws {
        folder = try ImporterFolder()
        alice = try #require(UserID(rawValue: "alice"))
    }

    private var store: SQLiteMetadataStore { folder.store }
    private var images: ProfileImageService { folder.services.images }

    private func ask(_ url: String, ifNone: Bool = false, source: ImageSource = .imported, at time: Date? = nil) throws
    {
        let url = try #require(RemoteURL(rawValue: url))
        let actor = AuditActor(.apiKey, name: "k1", requestID: "r1")
        let job = ImportJob(of: url, for: alice, ifNone: ifNone, source: source, by: actor, at: time ?? .now)
        try store.write { try $0.addImport(job, creation: .onFirstUse) }
    }

    /// Lets a worker process the due jobs, and returns the state of the user's import.
    @discardableResult
    private func work(_ networks: [String] = ["127.0.0.1"], now: Date = .now) throws -> ImportJob.State? {
        let importer = folder.importer
        var client = try HTTPClient(policy: folder.policy(allowing: networks))
        #expect(try importer.importNext(with: &client, now: now))
        return try store.read { try $0.latestImport(of: alice) }?.state
    }

    private func code(_ state: ImportJob.State?) -> String? {
        if case .failed(let failure) = state { failure.code } else { nil }
    }

    private func upload() throws -> MediaID {
        try images.replaceImage(of: alice, with: NewImage(Self.gif), if: .none, by: .test).image.id
    }

    /// A GIF of one pixel.
    private static let gif: [UInt8] =
        Array("GIF89a".utf8) + [1, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 0]
        + [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B]

    @Test func `a picture becomes the user's image, set by the requester`() throws {
        // The server's declared type does not matter.
        let server = try LocalServer { $1.answer(200, Self.gif, fields: ["Content-Type": "text/html"]) }
        try ask("\(server.url)/a")
        let state = try work()
        let image = try #require(try images.image(of: alice))
        #expect(state == .done(image.id))
        #expect(image.source == .imported)
        #expect(server.requests.first?.fields["user-agent"] == "portraitd/test")
        let record = try #require(try store.read { try $0.auditRecords(of: alice, after: 0, limit: 9) }.last)
        #expect(record.actor == AuditActor(.apiKey, name: "k1", requestID: "r1"))
        #expect(record.action == .event(.imageSet))
    }

    @Test func `redirects are followed`() throws {
        let server = try LocalServer {
            if $0.target == "/" { $1.redirect(to: "/there") } else { $1.answer(200, Self.gif) }
        }
        try ask("\(server.url)/")
        #expect(try work()?.mediaID != nil)
    }

    @Test(arguments: [
        (404, "bad-status"), (403, "bad-status"), (304, "bad-status"), (200, "unsupported-format"),
    ])
    func `a bad answer fails at once with a reason and changes nothing`(_ status: Int, _ expected: String) throws {
        let server = try LocalServer { $1.answer(status, "<!doctype html>") }
        let before = try upload()
        try ask(server.url)
        #expect(try code(work()) == expected)
        #expect(try images.image(of: alice)?.id == before)
        #expect(server.requests.count == 1)
    }

    @Test func `a file that is too long, empty or damaged fails at once`() throws {
        let server = try LocalServer {
            switch $0.target {
            case "/long": $1.answer(200, Self.gif + [UInt8](repeating: 0, count: 20_000))
            case "/empty": $1.answer(200, "")
            default: $1.answer(200, Array(Self.gif.dropLast(4)))
            }
        }
        for (target, expected) in ["long": "too-many-bytes", "empty": "image-missing", "cut": "corrupt-image"] {
            try ask("\(server.url)/\(target)")
            #expect(try code(work()) == expected)
        }
    }

    @Test(arguments: [500, 503, 429, 408])
    func `a failing server is asked again later, a limited number of times`(_ status: Int) throws {
        let server = try LocalServer { $1.answer(status, "") }
        try ask(server.url)
        for attempt in 1...4 {
            let state = try work(now: .now.addingTimeInterval(7_200))
            guard case .pending(.some(let failure)) = state else {
                Issue.record("attempt \(attempt): \(String(describing: state))")
                return
            }
            #expect(failure.detail == "The server answered with the status \(status).")
            var client = try HTTPClient(policy: folder.policy(allowing: []))
            #expect(try !folder.importer.importNext(with: &client, now: .now.addingTimeInterval(-1)))
        }
        #expect(try code(work(now: .now.addingTimeInterval(7_200))) == "bad-status")
        #expect(server.requests.count == 5)
    }

    @Test func `an address that is not public is refused, by name and by redirect`() throws {
        let server = try LocalServer { $1.redirect(to: "http://127.0.0.2:9/") }
        try ask("http://localhost:\(server.port)/")
        #expect(try code(work([])) == "refused-address")
        #expect(server.connections == 0)
        try ask(server.url)
        let state = try work()
        #expect(code(state) == "refused-address")
        #expect(state?.failure?.detail == "The URL leads to an address that is not public.")
        #expect(server.connections == 1)
    }

    @Test func `with ifNone only a user without an image gets one`() throws {
        let server = try LocalServer { $1.answer(200, Self.gif) }
        try ask(server.url, ifNone: true)
        #expect(try work()?.mediaID != nil)
        let current = try images.image(of: alice)?.id
        try ask(server.url, ifNone: true, at: .now.addingTimeInterval(60))
        #expect(try work(now: .now.addingTimeInterval(120)) == .skipped)
        #expect(try images.image(of: alice)?.id == current)
        #expect(server.requests.count == 1)
    }

    @Test func `a change by the user during the import has precedence`() throws {
        let folder = folder
        let alice = alice
        let server = try LocalServer { request, connection in
            _ = try? folder.services.images.replaceImage(of: alice, with: NewImage(Self.gif), if: .none, by: .test)
            connection.answer(200, Self.gif)
        }
        try ask(server.url)
        #expect(try work() == .skipped)
        #expect(try images.image(of: alice)?.source == .upload)

        // The import was requested before the upload, and then before the removal.
        try ask(server.url, at: .now.addingTimeInterval(-60))
        #expect(try work() == .skipped)
        #expect(try images.image(of: alice)?.source == .upload)
        try images.deleteImage(of: alice, if: .none, by: .test)
        try ask(server.url, at: .now.addingTimeInterval(-60))
        #expect(try work() == .skipped)
        #expect(try images.image(of: alice) == nil)
        #expect(server.requests.count == 1)
    }

    @Test func `an import that was requested before a removal is skipped`() throws {
        let folder = folder
        let alice = alice
        let server = try LocalServer { request, connection in
            let images = folder.services.images
            _ = try? images.replaceImage(of: alice, with: NewImage(Self.gif), if: .none, by: .test)
            try? images.deleteImage(of: alice, if: .none, by: .test)
            connection.answer(200, Self.gif)
        }
        try ask(server.url)
        #expect(try work() == .skipped)
        #expect(try images.image(of: alice) == nil)
        #expect(server.requests.count == 1)

        // The same if there is nothing to remove.
        try ask(server.url)
        try images.deleteImage(of: alice, if: .none, by: .test)
        #expect(try store.read { try $0.latestImport(of: alice) }?.state == .skipped)
        var client = try HTTPClient(policy: folder.policy(allowing: []))
        #expect(try !folder.importer.importNext(with: &client))
    }

    @Test func `an external picture counts as chosen`() throws {
        let server = try LocalServer { $1.answer(200, Self.gif) }
        func ask(ifNone: Bool, source: ImageSource = .imported) throws {
            _ = try store.write { transaction in
                try transaction.updateProfile(of: alice, creation: .onFirstUse, by: .test, at: .now) {
                    $0.picture = RemoteURL(rawValue: "https://example.com/a.png")
                }
            }
            try self.ask(server.url, ifNone: ifNone, source: source)
        }
        try ask(ifNone: true)
        #expect(try work() == .skipped)
        try ask(ifNone: false, source: .identity(connection: "a"))
        #expect(try work() == .skipped)
        #expect(server.requests.isEmpty)
        try ask(ifNone: false)
        #expect(try work()?.mediaID != nil)
        #expect(try store.read { try $0.profile(of: alice) }?.attributes.picture == nil)
    }

    @Test func `a user who is erased during the import is not created again`() throws {
        let folder = folder
        let alice = alice
        let server = try LocalServer { request, connection in
            _ = try? folder.services.profiles.erase(alice, by: .test)
            connection.answer(200, Self.gif)
        }
        try ask(server.url)
        #expect(try work() == nil)
        #expect(try store.read { try $0.profile(of: alice) } == nil)
        #expect(try images.image(of: alice) == nil)
    }

    @Test func `an erased and recreated user does not get an earlier import`() throws {
        let folder = folder
        let alice = alice
        let server = try LocalServer { request, connection in
            _ = try? folder.services.profiles.erase(alice, by: .test)
            _ = try? folder.store.write { transaction in
                try transaction.updateProfile(of: alice, creation: .onFirstUse, by: .test, at: .now) {
                    $0.fullName = "Alice"
                }
            }
            connection.answer(200, Self.gif)
        }
        try ask(server.url)
        #expect(try work() == nil)
        #expect(try store.read { try $0.profile(of: alice) } != nil)
        #expect(try images.image(of: alice) == nil)
    }

    @Test(arguments: [
        (ImageSource.upload, false), (.identity(connection: "b"), false), (.identity(connection: "a"), true),
    ])
    func `a provider's picture replaces only its own pictures`(_ source: ImageSource, _ isReplaced: Bool) throws {
        let server = try LocalServer { $1.answer(200, Self.gif) }
        _ = try images.replaceImage(of: alice, with: NewImage(Self.gif, source: source), if: .none, by: .test)
        try ask(server.url, source: .identity(connection: "a"), at: .now.addingTimeInterval(1))
        let state = try work(now: .now.addingTimeInterval(2))
        #expect((state?.mediaID != nil) == isReplaced)
        #expect(try images.image(of: alice)?.source == source)
    }

    @Test func `a picture that crashes every worker is given up`() throws {
        try ask("http://127.0.0.1:9/")
        var now = Date.now
        for _ in 1...2 {
            _ = try #require(try store.takeImport(until: now.addingTimeInterval(60), now: now, except: []))
            now.addTimeInterval(61)
        }
        #expect(try code(work(now: now)) == "abandoned")
    }

    @Test func `a stop puts a running import back`() throws {
        let server = try LocalServer { _, _ in }
        try ask(server.url)
        let worker = try Worker(folder.importer.jobs, logger: folder.logger)
        try worker.start()
        waitUntil { !server.requests.isEmpty }
        worker.stop()
        #expect(worker.join(within: .seconds(5)))
        #expect(try store.read { try $0.latestImport(of: alice) }?.state.failure?.code == "stopped")
        #expect(try store.read { try $0.latestImport(of: alice) }?.finishedAt == nil)
    }
}

extension AuditActor {
    static let test = AuditActor(.command, name: "test")
}
