import Composition
import Configuration
import Foundation
@testable import Server
import Testing

/// `packaging/portraitd.conf`, which is installed as `/etc/portraitd/portraitd.conf`.
@Suite struct ExampleConfigurationTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../packaging/portraitd.conf")

    @Test func `the reference in docs and the example file equal the program's output`() throws {
        let reference = try Settings.reference()
        #expect(try example() == reference.configurationFile, "make settings-reference writes it anew")
        let page = Self.path.deletingLastPathComponent().appending(path: "../docs/configuration.md")
        #expect(try String(contentsOf: page, encoding: .utf8) == reference.markdown)
    }

    private func example() throws -> String {
        try String(contentsOf: Self.path, encoding: .utf8)
    }

    private func values(_ settings: Settings) -> [String: String] {
        Dictionary(uniqueKeysWithValues: settings.effective.map { ($0.key, $0.value) })
    }

    @Test func `the unchanged example sets nothing`() throws {
        #expect(SettingsSource(file: try example(), environment: [:]).entries.isEmpty)
    }

    @Test func `the values of the example are the defaults`() throws {
        let file = try example().replacing("#PORTRAITD_", with: "PORTRAITD_")
        let settings = try Settings(SettingsSource(file: file, fileName: "portraitd.conf", environment: [:]))
        #expect(try values(settings) == values(Settings(SettingsSource(environment: [:]))))
    }

    @Test func `each setting has a sentence above it`() throws {
        for paragraph in try example().split(separator: "\n\n").dropFirst() where !paragraph.hasPrefix("# --- ") {
            let lines = paragraph.split(separator: "\n")
            #expect(lines.count > 1 && lines.dropLast().allSatisfy { $0.hasPrefix("# ") }, "\(paragraph)")
            #expect(lines.last?.hasPrefix("#PORTRAITD_") == true, "\(paragraph)")
        }
    }
}
