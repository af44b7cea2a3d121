@testable import Bulk
import Foundation
import ProfileImages
import Server
import Storage
import Testing

@Suite struct PictureImportTests {
    private let deployment: Deployment

    init() throws {
        deployment = try Deployment()
    }

    private func codes(_ report: BulkReport) -> [String: String] {
        Dictionary(report.refusals.map { ($0.item, $0.code) }) { first, _ in first }
    }

    private func manifest(_ lines: String...) throws {
        try deployment.write(Array(lines.joined(separator: "\n").utf8), to: "manifest.jsonl")
    }

    @Test func `a file's name is the percent-encoded user with any extension`() throws {
        for name in ["alice.gif", "auth0%7Cu1.JPG", "bob", "a.b@example.com.gif", "a%2Fb.gif", "ä.gif"] {
            try deployment.write(picture(), to: name)
        }
        try deployment.write(picture(), to: ".hidden.gif")
        let report = try deployment.importAll()
        #expect(report == BulkReport(done: 6))
        for user in ["alice", "auth0|u1", "bob", "a.b@example.com", "a/b", "ä"] {
            #expect(try deployment.profile(user)?.image != nil, "\(user)")
        }
        #expect(deployment.files.count == 12)
        #expect(
            try deployment.metadata.read { try $0.auditRecords(of: nil, after: 0, limit: 99) }.allSatisfy {
                $0.actor == .test
            }
        )
    }

    @Test func `a manifest that is a symbolic link is not read`() throws {
        try deployment.write(picture(), to: "a.gif")
        let secret = "\(deployment.folder)/secret"
        try Data(#"{"user":"alice","file":"a.gif"}"#.utf8).write(to: URL(filePath: secret))
        let manifest = "\(deployment.folder)/source/manifest.jsonl"
        try FileManager.default.createSymbolicLink(atPath: manifest, withDestinationPath: secret)
        for path in ["\(deployment.folder)/source", manifest] {
            #expect(throws: CocoaError.self) { try ImportSource(path: path) }
        }
    }

    @Test func `a bad file is refused with the API's error, and the others are imported`() throws {
        try deployment.write(Array("hello".utf8), to: "text.jpg")
        try deployment.write(picture() + Array(repeating: 0, count: 1000), to: "long.gif")
        try deployment.write([], to: "empty.gif")
        try deployment.write(Array(picture().dropLast(6)), to: "cut.gif")
        try deployment.write(picture(), to: "%ZZ.gif")
        try deployment.write(picture(), to: "folder/x.gif")
        try deployment.write(picture(), to: "alice.gif")
        try FileManager.default.createSymbolicLink(
            atPath: "\(deployment.folder)/source/link.gif",
            withDestinationPath: "alice.gif"
        )
        let report = try deployment.importAll()
        #expect(report.done == 1)
        #expect(
            codes(report) == [
                "text.jpg": "unsupported-format", "long.gif": "too-many-bytes", "empty.gif": "image-missing",
                "cut.gif": "corrupt-image", "%ZZ.gif": "bad-line", "folder": "bad-path", "link.gif": "bad-path",
            ]
        )
        #expect(report.refusals.map(\.item) == report.refusals.map(\.item).sorted())
        #expect(report.refusals.allSatisfy { $0.reason.hasSuffix(".") })
        #expect(deployment.files.count == 2)
    }

    @Test func `an imported picture is skipped the next time, unless forced`() throws {
        try deployment.write(picture(), to: "alice.gif")
        try deployment.write(picture(), to: "bob.gif")
        #expect(try deployment.importAll().done == 2)
        let first = try deployment.profile("alice")?.image
        #expect(try deployment.importAll() == BulkReport(skipped: 2))
        #expect(try deployment.profile("alice")?.image == first)
        try deployment.write(picture(red: 1), to: "alice.gif")
        #expect(try deployment.importAll() == BulkReport(done: 1, skipped: 1))
        #expect(try deployment.profile("alice")?.image != first)
        #expect(try deployment.importAll(again: true) == BulkReport(done: 2))
    }

    @Test func `a dry run finds the same refusals but stores nothing`() throws {
        try deployment.write(picture(), to: "alice.gif")
        try deployment.write(Array("hello".utf8), to: "text.jpg")
        let dry = try deployment.importAll(isDry: true)
        #expect(dry.done == 1)
        #expect(deployment.files.isEmpty)
        #expect(try deployment.metadata.read { try $0.profileCount(ProfileQuery(limit: 0)) } == 0)
        #expect(try deployment.importAll() == dry)
    }

    @Test func `a manifest sets files, crops, ratings, names and attributes`() throws {
        try deployment.write(picture(), to: "pictures/1.gif")
        try manifest(
            #"{"user": "alice", "file": "pictures/1.gif", "email": " Alice@Example.com", "metadata": {"a": [1]}}"#,
            "",
            #"{"user": "bob", "file": "pictures/1.gif", "crop": "0,0,1,1", "rating": "pg", "name": "Me"}"#,
            #"{"user": "carol", "fullName": "Carol"}"#
        )
        #expect(try deployment.importAll() == BulkReport(done: 3))
        let alice = try #require(try deployment.profile("alice"))
        #expect(alice.attributes.email?.rawValue == "alice@example.com")
        #expect(alice.attributes.metadata == ["a": .array([.integer(1)])])
        #expect(alice.image != nil)
        #expect(try deployment.profile("bob")?.image?.rating == .pg)
        let bob = try #require(UserID(rawValue: "bob"))
        #expect(try deployment.metadata.read { try $0.media(of: bob, after: nil, limit: 9) }.map(\.name) == ["Me"])
        #expect(try deployment.profile("carol")?.image == nil)
        #expect(try deployment.profile("carol")?.attributes.fullName == "Carol")
        // The second import sets the attributes again, which changes nothing.
        #expect(try deployment.importAll("manifest.jsonl") == BulkReport(done: 2, skipped: 1))
        #expect(try deployment.profile("alice")?.revision == alice.revision)
    }

    @Test func `an invalid line is refused and changes nothing`() throws {
        try deployment.write(picture(), to: "1.gif")
        try deployment.write(picture(), to: "../outside.gif")
        try FileManager.default.createSymbolicLink(
            atPath: "\(deployment.folder)/source/out",
            withDestinationPath: ".."
        )
        let refusals = [
            ("{", "bad-json"), ("[]", "bad-json"), ("{}", "bad-member"), (#"{"user": ""}"#, "bad-line"),
            (#"{"user": 1}"#, "bad-member"), (#"{"user": "u", "file": "2.gif"}"#, "file-missing"),
            (#"{"user": "u", "file": "../outside.gif"}"#, "bad-path"),
            (#"{"user": "u", "file": "x/../../outside.gif"}"#, "bad-path"),
            (#"{"user": "u", "file": "out/outside.gif"}"#, "bad-path"),
            (#"{"user": "u", "file": "/etc/passwd"}"#, "bad-path"), (#"{"user": "u", "file": ""}"#, "bad-path"),
            (#"{"user": "u", "file": "."}"#, "bad-path"),
            (#"{"user": "u", "file": "1.gif", "files": 1}"#, "bad-member"),
            (#"{"user": "u", "file": "1.gif", "crop": "1,2"}"#, "bad-request"),
            (#"{"user": "u", "file": "1.gif", "crop": "9,9,9,9"}"#, "crop-outside"),
            (#"{"user": "u", "file": "1.gif", "rating": "xxx"}"#, "bad-request"),
            (#"{"user": "u", "file": "1.gif", "email": "nobody"}"#, "bad-member"),
            (#"{"user": "u", "file": "1.gif", "claims": {"locale": 1}}"#, "bad-member"),
            (#"{"user": "u", "metadata": {"a": "\#(String(repeating: "x", count: 17_000))"}}"#, "bad-member"),
        ]
        try deployment.write(Array(refusals.map(\.0).joined(separator: "\n").utf8), to: "manifest.jsonl")
        let report = try deployment.importAll()
        #expect(report.done == 0)
        #expect(report.refusals.map(\.code) == refusals.map(\.1))
        #expect(report.refusals.map(\.item) == (1...refusals.count).map { "line \($0)" })
        #expect(try deployment.metadata.read { try $0.profileCount(ProfileQuery(limit: 0)) } == 0)
        #expect(deployment.files.isEmpty)
    }

    @Test func `the later of two lines for one user counts`() throws {
        for red in 0..<100 { try deployment.write(picture(red: UInt8(red)), to: "\(red).gif") }
        let lines = (0..<100).map { #"{"user": "alice", "file": "\#($0).gif"}"# }
        try deployment.write(Array(lines.joined(separator: "\n").utf8), to: "manifest.jsonl")
        #expect(try deployment.importAll().done == 100)
        let alice = try #require(UserID(rawValue: "alice"))
        let media = try deployment.metadata.read { try $0.media(of: alice, after: nil, limit: 99) }
        #expect(media.filter(\.isActive).map(\.name) == ["99.gif"])
    }

    @Test func `a replaced image is kept or deleted as the settings say`() throws {
        let deployment = try Deployment(["PORTRAITD_KEEP_REPLACED": "none"])
        try deployment.write(picture(red: 1), to: "alice.gif")
        _ = try deployment.importAll()
        try deployment.write(picture(red: 2), to: "alice.gif")
        _ = try deployment.importAll()
        #expect(deployment.files.count == 2)
        #expect(try deployment.metadata.read { try $0.tombstones(of: nil) }.isEmpty)
    }

    @Test func `with explicit profiles only a line with attributes creates a user`() throws {
        let deployment = try Deployment(["PORTRAITD_CREATE_PROFILES": "explicit"])
        try deployment.write(picture(), to: "1.gif")
        let lines = #"{"user":"alice","file":"1.gif"}"# + "\n" + #"{"user":"bob","file":"1.gif","userName":"bob"}"#
        try deployment.write(Array(lines.utf8), to: "manifest.jsonl")
        let report = try deployment.importAll()
        #expect(report.done == 1)
        #expect(report.refusals.map(\.code) == ["no-user"])
        #expect(deployment.files.count == 2)
        // The refused picture is not recorded as imported: the next import tries it again.
        #expect(try deployment.importAll().refusals.count == 1)
    }
}
