import Foundation
@testable import Server
import Testing

/// `packaging/portraitd.conf`, which is installed as `/etc/portraitd/portraitd.conf`.
@Suite struct ExampleConfigurationTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    private func keys(_ text: String, matching pattern: Regex<(Substring, Substring)>) -> [String] {
        text.matches(of: pattern.anchorsMatchLineEndings()).map { String($0.1) }
    }

    @Test func `nothing changes when every line of the example is taken into use`() throws {
        let file = try text("packaging/portraitd.conf").replacing("#PORTRAITD_", with: "PORTRAITD_")
        let settings = try Settings(SettingsSource(file: file, fileName: "portraitd.conf", environment: [:]))
        let defaults = try Settings(SettingsSource(environment: [:]))
        #expect("\(settings)" == "\(defaults)")
    }

    @Test func `the example as it comes sets nothing`() throws {
        let file = try text("packaging/portraitd.conf")
        #expect(SettingsSource(file: file, environment: [:]).entries.isEmpty)
    }

    @Test func `the example has the settings of the manual, once each`() throws {
        let example = keys(try text("packaging/portraitd.conf"), matching: /^#(PORTRAITD_[A-Z_]+)=/)
        // A row may name two; further mentions stand in prose.
        let rows = try text("README.md").split(separator: "\n").filter { $0.hasPrefix("| `PORTRAITD_") }
        let manual = rows.flatMap { keys(String($0.split(separator: "|")[0]), matching: /`(PORTRAITD_[A-Z_]+)`/) }
        let files = manual.filter { $0.contains("_SECRET") }.map { "\($0)_FILE" }
        #expect(example.sorted() == (manual + files).sorted())
    }

    @Test func `each setting stands below a sentence`() throws {
        for paragraph in try text("packaging/portraitd.conf").split(separator: "\n\n").dropFirst() {
            let lines = paragraph.split(separator: "\n")
            guard lines.count > 1 || !lines[0].hasPrefix("# --- ") else { continue }
            #expect(lines.dropLast().allSatisfy { $0.hasPrefix("# ") } && lines.count > 1, "\(paragraph)")
            #expect(lines.last?.hasPrefix("#PORTRAITD_") == true, "\(paragraph)")
        }
    }
}
