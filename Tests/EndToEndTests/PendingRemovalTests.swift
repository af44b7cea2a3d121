import Foundation
import Testing

/// The removals that a killed process did not finish.
@Suite struct PendingRemovalTests {
    private let instance: Instance

    init() throws {
        instance = try Instance()
        instance.stop()
    }

    @Test func `a start removes the files of replaced and deleted pictures`() throws {
        let folder = try leaveBehind("ab")
        try instance.start()
        #expect(!FileManager.default.fileExists(atPath: folder))
        #expect(try pending() == "")
    }

    @Test func `a file that cannot be removed blocks neither the start nor other removals`() throws {
        let stuck = try leaveBehind("aa")
        let link = "\(instance.folder)/public/images/aa"
        let aside = "\(instance.folder)/aside"
        try FileManager.default.moveItem(atPath: link, toPath: aside)
        // A link to itself fails with ELOOP for root too, whom permissions do not stop.
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "aa")
        let folder = try leaveBehind("ab")
        try instance.start()
        #expect(try instance.put(Photograph.small(), token: instance.token("alice")).status == 201)
        #expect(!FileManager.default.fileExists(atPath: folder))
        #expect(try pending() == URL(filePath: stuck).lastPathComponent)

        instance.stop()
        try FileManager.default.removeItem(atPath: link)
        try FileManager.default.moveItem(atPath: aside, toPath: link)
        try instance.start()
        #expect(!FileManager.default.fileExists(atPath: stuck))
        #expect(try pending() == "")
    }

    /// Creates a picture with a tombstone and no other row, as a kill between the commit and the removal leaves it.
    private func leaveBehind(_ shard: String) throws -> String {
        let image = shard + String(repeating: "0", count: 30)
        let folder = "\(instance.folder)/public/images/\(shard)/\(image)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Photograph.small().write(to: URL(filePath: "\(folder)/256.jpg"))
        _ = try sqlite("INSERT INTO pending_removal (media_id, user_id) VALUES ('\(image)', 'bob')")
        #expect(try pending().contains(image))
        return folder
    }

    private func pending() throws -> String {
        try sqlite("SELECT media_id FROM pending_removal ORDER BY media_id")
    }

    private func sqlite(_ statement: String) throws -> String {
        try Project.output("/usr/bin/sqlite3", ["\(instance.folder)/portraitd.sqlite", statement])
    }
}
