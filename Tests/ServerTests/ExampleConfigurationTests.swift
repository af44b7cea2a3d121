import Foundation
@testable import Server
import Testing

/// `packaging/portraitd.conf`, which is installed as `/etc/portraitd/portraitd.conf`.
@Suite struct ExampleConfigurationTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../packaging/portraitd.conf")

    private func example() throws -> String {
        try String(contentsOf: Self.path, encoding: .utf8)
    }

    private func values(_ settings: Settings) -> [String: String] {
        Dictionary(uniqueKeysWithValues: settings.effective.map { ($0.key, $0.value) })
    }

    @Test func `the example as it comes sets nothing`() throws {
        #expect(SettingsSource(file: try example(), environment: [:]).entries.isEmpty)
    }

    @Test func `every setting stands in the example, once`() throws {
        let keys = try example().matches(of: /\n#(PORTRAITD_[A-Z_]+)=/).map { String($0.1) }
        let defaults = try Settings(SettingsSource(environment: [:]))
        #expect(keys.sorted() == defaults.effective.map(\.key).sorted())
    }

    @Test func `the values of the example are the defaults`() throws {
        let file = try example().replacing("#PORTRAITD_", with: "PORTRAITD_")
        let settings = try Settings(SettingsSource(file: file, fileName: "portraitd.conf", environment: [:]))
        #expect(try values(settings) == values(Settings(SettingsSource(environment: [:]))))
    }

    @Test func `each setting stands below a sentence`() throws {
        for paragraph in try example().split(separator: "\n\n").dropFirst() where !paragraph.hasPrefix("# --- ") {
            let lines = paragraph.split(separator: "\n")
            #expect(lines.count > 1 && lines.dropLast().allSatisfy { $0.hasPrefix("# ") }, "\(paragraph)")
            #expect(lines.last?.hasPrefix("#PORTRAITD_") == true, "\(paragraph)")
        }
    }
}
