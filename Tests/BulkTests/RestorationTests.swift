@testable import Bulk
import Foundation
import ProfileImages
import Server
import Storage
import Testing

@Suite struct RestorationTests {
    private let origin: Deployment
    private let copy: Deployment

    init() throws {
        origin = try Deployment()
        copy = try Deployment()
        for user in ["alice", "bob", "a%2F..%2Fb"] { try origin.write(picture(), to: "\(user).gif") }
        _ = try origin.importAll()
        try origin.write(picture(red: 2), to: "alice.gif")
        _ = try origin.importAll()
        _ = try origin.services.media.addDocument(
            Array("a document".utf8),
            of: try #require(UserID(rawValue: "bob")),
            type: try #require(AdditionalType(rawValue: "Passport")),
            name: "päss",
            mediaType: "text/plain",
            by: .test
        )
    }

    private func export(_ deployment: Deployment, to name: String = "export") throws -> (String, BulkReport) {
        let folder = "\(deployment.folder)/\(name)"
        return (folder, try FolderExport(to: folder, service: deployment.services.bulk, by: .test).run { _ in })
    }

    private func restore(_ folder: String, to deployment: Deployment, isDry: Bool = false) throws -> BulkReport {
        let source = try ImportSource(path: folder)
        #expect(source.kind == .export)
        return try Restoration(source, service: deployment.services.bulk, by: .test).run(isDry: isDry) { _ in }
    }

    /// Every file in a folder with its bytes.
    private func contents(_ folder: String) throws -> [String: Data] {
        let files = (FileManager.default.subpaths(atPath: folder) ?? []).map { path in
            (path, FileManager.default.contents(atPath: "\(folder)/\(path)"))
        }
        return Dictionary(uniqueKeysWithValues: files.compactMap { path, data in data.map { (path, $0) } })
    }

    private func replace(_ text: String, by other: String, in folder: String) throws {
        let path = "\(folder)/manifest.jsonl"
        let manifest = try String(contentsOfFile: path, encoding: .utf8)
        #expect(manifest.contains(text))
        try manifest.replacing(text, with: other).write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test func `an export is restored unchanged, and a new export equals it`() throws {
        let (folder, report) = try export(origin)
        #expect(report == BulkReport(done: 3))
        #expect(try restore(folder, to: copy) == BulkReport(done: 3))
        #expect(copy.files == origin.files)
        #expect(try contents("\(copy.state)/masters") == contents("\(origin.state)/masters"))
        #expect(try contents("\(copy.state)/documents") == contents("\(origin.state)/documents"))
        let again = try export(copy).0
        let (one, other) = (try contents(folder), try contents(again))
        #expect(one.keys.sorted() == other.keys.sorted())
        #expect(one == other)
        #expect(try restore(folder, to: copy) == BulkReport(skipped: 3))
    }

    @Test func `a second export completes an interrupted one and rewrites no file`() throws {
        let (folder, _) = try export(origin)
        let whole = try contents(folder)
        try FileManager.default.moveItem(
            atPath: "\(folder)/manifest.jsonl",
            toPath: "\(folder)/manifest.jsonl.part"
        )
        let files = try #require(FileManager.default.subpaths(atPath: folder)).filter { $0.hasSuffix(".jpg") }
        try FileManager.default.removeItem(atPath: "\(folder)/\(files[0])")
        try Data("cut".utf8).write(to: URL(filePath: "\(folder)/\(files[1])"))
        let old = Date(timeIntervalSince1970: 1)
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: "\(folder)/\(files[2])")
        _ = try export(origin)
        #expect(try contents(folder) == whole)
        let kept = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(files[2])")[.modificationDate] as? Date
        #expect(kept == old)
    }

    @Test func `only the owner may read an export`() throws {
        let (folder, _) = try export(origin)
        for path in [folder, "\(folder)/manifest.jsonl"] {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect((mode ?? 0o777) & 0o077 == 0, "\(path)")
        }
    }

    @Test func `an export is recorded in the audit`() throws {
        let (folder, _) = try export(origin)
        let last = try origin.metadata.read { try $0.auditRecords(of: nil, after: 0, limit: 999) }.last
        #expect(last?.action == .exported)
        #expect(last?.subject == folder)
    }

    @Test func `a file that differs from the manifest excludes only its user`() throws {
        let (folder, _) = try export(origin)
        let alice = try #require(try origin.profile("alice")?.image)
        try Data("other".utf8).write(to: URL(filePath: "\(folder)/\(alice.key.rawValue)"))
        let bob = try #require(try origin.profile("bob")?.image)
        try FileManager.default.removeItem(atPath: "\(folder)/\(bob.master.rawValue)")
        let report = try restore(folder, to: copy)
        #expect(report.done == 1)
        #expect(Set(report.refusals.map(\.code)) == ["damaged-file", "file-missing"])
        #expect(try copy.profile("alice") == nil)
        #expect(copy.files.count == 2)
    }

    @Test func `a manifest that names a foreign file is refused`() throws {
        let (folder, _) = try export(origin)
        let alice = try #require(try origin.profile("alice")?.image)
        try replace(alice.master.rawValue, by: "portraitd.sqlite", in: folder)
        try replace(
            "{\"files\":[{",
            by: "{\"files\":[{\"path\":\"../x\",\"byteCount\":1,\"sha256\":\"\"},{",
            in: folder
        )
        let report = try restore(folder, to: copy)
        #expect(report.done == 0)
        #expect(report.refusals.map(\.code) == ["bad-line", "bad-line", "bad-line"])
        #expect(copy.files.isEmpty)
    }

    @Test func `a user who exists with other data is refused and stays unchanged`() throws {
        let (folder, _) = try export(origin)
        try copy.write(picture(red: 9), to: "alice.gif")
        _ = try copy.importAll()
        let alice = try copy.profile("alice")
        let report = try restore(folder, to: copy)
        #expect(report.done == 2)
        #expect(report.refusals.map(\.code) == ["known-user"])
        #expect(try copy.profile("alice") == alice)
    }

    @Test func `a dry run restores no user`() throws {
        let (folder, _) = try export(origin)
        #expect(try restore(folder, to: copy, isDry: true) == BulkReport(done: 3))
        #expect(copy.files.isEmpty)
        #expect(try copy.metadata.read { try $0.profileCount(ProfileQuery(limit: 0)) } == 0)
    }

    @Test func `an export of another format version is refused`() throws {
        let (folder, _) = try export(origin)
        try replace("{\"portraitdExport\":1}", by: "{\"portraitdExport\":2}", in: folder)
        #expect(throws: CocoaError.self) { try ImportSource(path: folder) }
    }
}
