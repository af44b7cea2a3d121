import Foundation
import Testing

/// Compares the tables of docs/dialects with the names of the tests.
@Suite struct DialectTableTests {
    private struct Row {
        let name: String
        let state: String
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")

    /// The number of rows for each system.
    private static let known = [("S", 58), ("A", 19), ("G", 14), ("C", 11), ("P", 22)]
        .flatMap { system, count in (1...count).map { "\(system)\($0)" } }

    private func rows() throws -> [Row] {
        let folder = Self.root.appending(path: "docs/dialects")
        let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".md") }
        let text = try pages.map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }.joined()
        return text.matches(of: /(?m)^\| ([SAGCP][0-9]+) \|.*\| (\w[^|]*) \|$/).map {
            Row(name: String($0.output.1), state: String($0.output.2))
        }
    }

    /// The rows with which test names begin.
    private func tested() throws -> Set<String> {
        let tests = Self.root.appending(path: "Tests")
        let files = (FileManager.default.subpaths(atPath: tests.path()) ?? []).filter { $0.hasSuffix(".swift") }
        return try files.reduce(into: []) { names, file in
            let text = try String(contentsOf: tests.appending(path: file), encoding: .utf8)
            for match in text.matches(of: /(?:func `|@Test\(\s*")((?:[SAGCP][0-9]+,? (?:and )?)+)/) {
                names.formUnion(match.output.1.matches(of: /[SAGCP][0-9]+/).map { String($0.output) })
            }
        }
    }

    @Test func `every row of every system is in the table once`() throws {
        #expect(try rows().map(\.name).sorted() == Self.known.sorted())
    }

    @Test func `every row is done, decided or left to a client`() throws {
        for row in try rows() {
            #expect(["done", "decided", "client"].contains { row.state.hasPrefix($0) }, "\(row.name): \(row.state)")
        }
    }

    @Test func `every row that is done or decided has a test with its name`() throws {
        let tested = try tested()
        for row in try rows() where !row.state.hasPrefix("client") {
            #expect(tested.contains(row.name), "\(row.name)")
        }
    }
}
