import Foundation
import Testing

/// The result of a power loss depends on the order in which data reaches the disk. A test that kills the process cannot
/// check this order, because the kernel keeps the written data.
@Suite struct DurableOrderTests {
    private let instance: Instance
    private let token: String
    private let log: String

    init() throws {
        instance = try Instance()
        token = try instance.token("alice")
        log = "\(instance.folder)/portraitd.sqlite-wal"
    }

    @Test func `a picture is on the disk under its name before its row`() throws {
        for turn in 0...1 {
            let (files, calls) = try tracedUpload(turn: turn)
            // sqlite.org/wal.html: the transaction is committed when the log is flushed.
            let commit = try #require(calls.first { $0.flushes(log) }, "nothing was committed: \(calls)")
            for file in files {
                let folder = Self.parent(of: file)
                let rename = try #require(
                    calls.first { $0.name.hasPrefix("rename") && $0.paths.last == file },
                    "\(file) did not get its name by rename(2): \(calls)"
                )
                let temporary = try #require(rename.paths.first)
                #expect(calls.contains { $0.flushes(temporary) && $0.end < rename.start }, "the bytes: \(calls)")
                #expect(
                    calls.contains { $0.flushes(folder) && $0.start > rename.end && $0.end < commit.start },
                    "the name: \(calls)"
                )
            }
            for made in calls where made.name.hasPrefix("mkdir") {
                let parent = Self.parent(of: try #require(made.paths.last))
                #expect(
                    calls.contains { $0.flushes(parent) && $0.start > made.end && $0.end < commit.start },
                    "the folder \(made): \(calls)"
                )
            }
        }
    }

    @Test func `the old picture is removed after the new row and before its tombstone`() throws {
        let (old, _) = try tracedUpload(turn: 0)
        let (_, calls) = try tracedUpload(turn: 1)
        let commits = calls.filter { $0.flushes(log) }
        try #require(commits.count == 2, "the new row, and the end of the removal: \(calls)")
        for file in old {
            let folder = Self.parent(of: file)
            let shard = Self.parent(of: folder)
            // The file is renamed before it is truncated, so that no reader finds an empty file.
            let rename = try #require(calls.first { $0.name.hasPrefix("rename") && $0.paths.first == file }, "\(calls)")
            #expect(rename.start > commits[0].end, "\(calls)")
            let aside = try #require(rename.paths.last)
            let removal = try #require(calls.first { $0.removes(aside) }, "\(calls)")
            let removed = try #require(calls.first { $0.removes(folder) }, "\(calls)")
            #expect(removal.end < removed.start, "\(calls)")
            #expect(
                calls.contains { $0.flushes(shard) && $0.start > removed.end && $0.end < commits[1].start },
                "\(calls)"
            )
        }
    }

    /// PUTs a picture; returns its public file, its master, and the system calls.
    private func tracedUpload(turn: Int) throws -> (files: [String], calls: [SystemCall]) {
        let (answer, calls) = try SystemCall.trace(instance.portraitd, in: instance.folder) {
            try instance.put(Photograph.small(side: 64, turn: turn), token: token)
        }
        let id = try #require(answer.json["id"] as? String, "\(answer.status) \(answer.text)")
        let file = try #require(instance.publicFiles.first { $0.contains(id) })
        let master = "\(instance.folder)/masters/\(id.prefix(2))/\(id)/master.jpg"
        return (["\(instance.folder)/public/\(file)", master], calls)
    }

    private static func parent(of path: String) -> String {
        path.split(separator: "/").dropLast().map { "/\($0)" }.joined()
    }
}
