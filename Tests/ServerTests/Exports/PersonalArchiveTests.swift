import Foundation
import HTTPTypes
@testable import Server
import Synchronization
import Testing

@Suite struct PersonalArchiveTests {
    private let app: TestApplication
    private let alice = HTTPFields.user("alice")

    init() async throws {
        app = try await TestApplication(["PORTRAITD_KEEP_REPLACED": "all", "PORTRAITD_SIDES": "16,32"])
        let patch = Array(#"{"fullName": "Alice", "metadata": {"a": 1}}"#.utf8)
        _ = try app.send(.patch, "/me", alice.with(.contentType, "application/json"), body: patch)
        for _ in 1...2 { _ = try app.send(.put, "/me/profileimage", alice, body: TestPicture.gif()) }
    }

    private func post(_ name: String, _ content: [UInt8]) throws {
        let body = TestForm.body([("file", "x", content), ("name", nil, Array(name.utf8))])
        let fields = alice.with(.contentType, TestForm.contentType)
        #expect(try app.send(.post, "/media?AdditionalType=Passport", fields, body: body).status == .ok)
    }

    /// The files of the archive, by the names in their plain headers.
    private func files(_ response: Response) throws -> [String: [UInt8]] {
        let archive = Mutex<[UInt8]>([])
        try response.rest?.send { bytes in archive.withLock { $0 += bytes } }
        let bytes = archive.withLock { $0 }
        #expect(bytes.suffix(1024).allSatisfy { $0 == 0 })
        #expect(bytes.count % 512 == 0)
        var files: [String: [UInt8]] = [:]
        var position = 0
        while bytes[position] != 0 {
            let name = String(decoding: bytes[position..<position + 100].prefix { $0 != 0 }, as: UTF8.self)
            let size = String(decoding: bytes[position + 124..<position + 135], as: UTF8.self)
            let count = try #require(Int(size, radix: 8))
            files[name] = Array(bytes[position + 512..<position + 512 + count])
            position += 512 + (count + 511) / 512 * 512
        }
        return files
    }

    private func json(_ bytes: [UInt8]?) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(try #require(bytes)))
    }

    @Test func `only a small part of a file is in memory`() throws {
        let long = [UInt8](repeating: 7, count: 1_000_000)
        try post("long.bin", long)
        let response = try app.send(.get, "/me/export", alice)
        let longest = Mutex(0)
        try response.rest?.send { bytes in longest.withLock { $0 = max($0, bytes.count) } }
        #expect(longest.withLock { $0 } <= 64 << 10)
        #expect(try files(app.send(.get, "/me/export", alice)).values.contains(long))
    }

    @Test func `each user may have two exports at once`() throws {
        let sent = try (1...2).map { _ in try app.send(.get, "/me/export", alice) }
        let third = try app.send(.get, "/me/export", alice)
        #expect(third.status == .tooManyRequests)
        #expect(third.problemCode == "too-many-exports")
        #expect(third.headerFields[.retryAfter] != nil)
        let bob = HTTPFields.user("bob")
        #expect(try app.send(.put, "/me/profileimage", bob, body: TestPicture.gif()).status == .created)
        #expect(try app.send(.get, "/me/export", bob).status == .ok)
        // An export that was not read also ends when it is released.
        withExtendedLifetime(sent) {}
    }

    @Test func `an export frees its slot after its end`() throws {
        for _ in 1...5 { #expect(try !files(app.send(.get, "/me/export", alice)).isEmpty) }
        for _ in 1...5 { #expect(try app.send(.get, "/me/export", alice).status == .ok) }
    }

    @Test func `the archive has the person, each picture, each document and their list`() throws {
        try post("../pass/1.pdf", [1, 2, 3])
        try post("..", [4])
        let response = try app.send(.get, "/me/export", alice)
        #expect(response.status == .ok)
        #expect(response.headerFields[.contentType] == "application/x-tar")
        #expect(response.headerFields[.contentDisposition] == "attachment; filename=\"profile.tar\"")
        #expect(response.headerFields[.contentLength] == nil)
        let files = try files(response)
        let person = try #require(try json(files["person.json"]) as? [String: Any])
        #expect(person["fullName"] as? String == "Alice")
        let media = try #require(try json(files["media.json"]) as? [[String: Any]])
        #expect(media.count == 4)
        #expect(
            Set(media.compactMap { $0["file"] as? String } + ["person.json", "identities.json", "media.json"])
                == Set(files.keys)
        )
        let documents = media.filter { $0["additionalType"] as? String == "Passport" }
        #expect(documents.compactMap { $0["name"] as? String }.sorted() == ["..", "../pass/1.pdf"])
        for document in documents {
            let (path, id) = (document["file"] as? String ?? "", document["identifier"] as? String ?? "")
            #expect(path.hasPrefix("documents/\(id)/"))
            // Compares bytes, like a program that unpacks the archive.
            #expect(path.utf8.count { $0 == UInt8(ascii: "/") } == 2 && !path.hasSuffix("/.."))
        }
        let pictures = media.filter { $0["additionalType"] as? String == "ProfileImage" }
        #expect(pictures.map { $0["isActive"] as? Bool } == [true, false])
        for picture in pictures {
            let id = try #require(picture["identifier"] as? String)
            let path = try #require(picture["file"] as? String)
            let master = "\(app.folder)/masters/\(id.prefix(2))/\(id)/master.\(path.split(separator: ".").last ?? "")"
            #expect(files[path] == Array(try Data(contentsOf: URL(filePath: master))))
        }
    }

    @Test func `a slash before a combining mark is a slash`() throws {
        try post("../\u{301}../a", [5])
        let media = try #require(try json(files(app.send(.get, "/me/export", alice))["media.json"]) as? [[String: Any]])
        let path = try #require(media.compactMap { $0["file"] as? String }.first { $0.hasPrefix("documents/") })
        #expect(path.utf8.count { $0 == UInt8(ascii: "/") } == 2)
    }

    @Test func `an archive omits removed files and ends early at a lost file`() throws {
        let response = try app.send(.get, "/me/export", alice)
        _ = try app.send(.delete, "/me/profileimage", alice)
        #expect(try files(response).count == 4)
        try FileManager.default.removeItem(atPath: "\(app.folder)/masters")
        #expect(throws: (any Error).self) { try files(try app.send(.get, "/me/export", alice)) }
    }

    @Test func `only the user may read the archive`() throws {
        #expect(try app.send(.get, "/me/export").status == .unauthorized)
        #expect(try app.send(.get, "/users/alice/export", .user("bob")).status == .forbidden)
        #expect(try app.send(.get, "/users/alice/export", .user("root", scope: "admin")).status == .ok)
        #expect(try app.send(.get, "/users/bob/export", .user("bob")).problemCode == "no-user")
        #expect(try app.send(.head, "/me/export", alice).rest == nil)
    }
}
