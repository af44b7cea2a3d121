import Foundation
import TestSupport
import Testing

/// The maintenance commands, on a running installation.
@Suite struct MaintenanceTests {
    private let instance: Instance

    init() throws {
        instance = try Instance(["PORTRAITD_SIDES": "32,64", "PORTRAITD_FORMATS": "jpeg"])
    }

    private func portraitd(_ arguments: String..., settings: [String: String] = [:]) throws -> (
        status: Int32, lines: [String]
    ) {
        let output = LogFile(path: "\(instance.folder)/\(UUID().uuidString).out")
        let child = try ChildProcess(
            Project.portraitd,
            arguments,
            environment: instance.environment.merging(settings) { $1 },
            output: output,
            errorOutput: output
        )
        let status = child.wait()
        return (status, output.text.split(separator: "\n").map(String.init))
    }

    private func upload(_ user: String) throws {
        #expect(try instance.put(Photograph.small(), token: instance.token(user)).status == 201)
    }

    @Test func `check prints every setting and every fault, and no secret`() throws {
        let well = try portraitd("check")
        #expect(well.status == 0)
        #expect(well.lines.contains("PORTRAITD_SIDES=32,64\t(the environment)"))
        #expect(well.lines.contains("PORTRAITD_JPEG_PROGRESSIVE=false\t(default)"))
        let wrong = [
            "PORTRAITD_SIDES": "x", "PORTRAITD_NO": "x", "PORTRAITD_JWT_SECRET_FILE": "",
            "PORTRAITD_JWT_SECRET": "guess me",
        ]
        let faults = try portraitd("check", settings: wrong)
        #expect(faults.status == 78)
        #expect(faults.lines.filter { $0.hasPrefix("<3>") }.count == 3)
        #expect(!faults.lines.joined().contains("guess me"))
    }

    @Test func `check tries the stores, the socket and nginx`() throws {
        try upload("alice")
        let well = try portraitd("check", "--connect", settings: ["PORTRAITD_PUBLIC_URL": instance.url])
        #expect(well.status == 0)
        #expect(well.lines.filter { $0.hasPrefix("ok\t") }.count == 5, "\(well.lines.suffix(6))")
        let elsewhere = ["PORTRAITD_PUBLIC_URL": "http://127.0.0.1:9", "PORTRAITD_SOCKET": "\(instance.folder)/none"]
        let ill = try portraitd("check", "--connect", settings: elsewhere)
        #expect(ill.status == 1)
        #expect(ill.lines.filter { $0.hasPrefix("FAULT\t") }.count == 3, "\(ill.lines.suffix(6))")
    }

    @Test func `status counts users and pictures`() throws {
        try upload("alice")
        try upload("bob")
        let (status, lines) = try portraitd("status")
        #expect(status == 0)
        #expect(lines.contains("users\t2"))
        #expect(lines.contains { $0.hasPrefix("pictures\t2 current, 0 replaced, ") })
        let json = try #require(try portraitd("status", "--json").lines.first)
        let report = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        #expect((report?["statistics"] as? [String: Any])?["users"] as? Int == 2)
        #expect(report?["freeBytes"] as? Int ?? 0 > 0)
        #expect((report?["statistics"] as? [String: Any])?["databaseBytes"] as? Int ?? 0 > 0)
    }

    @Test func `a backup made during uploads is restored and verified`() throws {
        let writer = Background { [instance] in
            for number in 0..<30 {
                _ = try instance.put(Photograph.small(turn: number % 4), token: instance.token("user \(number % 5)"))
            }
        }
        let backup = "\(instance.folder)/backup"
        for _ in 0..<3 { #expect(try portraitd("backup", backup).status == 0) }
        try writer.value()
        #expect(try portraitd("backup", backup).lines.last == "5 media backed up")
        let state = ["PORTRAITD_STATE": "\(instance.folder)/restored"]
        #expect(try portraitd("restore", backup, settings: state).lines.last == "5 media restored, 0 lost")
        #expect(try portraitd("verify", "--deep", settings: state).lines == ["5 media checked, 0 findings, 0 mended"])
        #expect(try portraitd("user", "list", settings: state).lines == portraitd("user", "list").lines)
        #expect(try portraitd("restore", backup, settings: state).status == 1)
    }

    @Test func `a damaged variant is rendered again and served again`() throws {
        try upload("alice")
        let path = try #require(instance.publicFiles.first)
        let file = URL(filePath: "\(instance.folder)/public/\(path)")
        let sound = try Data(contentsOf: file)
        try Data(sound.prefix(100)).write(to: file)
        let found = try portraitd("verify")
        #expect(found.status == 1)
        #expect(found.lines.last == "1 media checked, 1 findings, 0 mended")
        #expect(try portraitd("verify", "--repair").status == 0)
        #expect(try Data(contentsOf: file) == sound)
    }

    @Test func `gc lists garbage and removes it only with --delete`() throws {
        let orphan = "\(instance.folder)/masters/ab/ab\(String(repeating: "0", count: 30))"
        try FileManager.default.createDirectory(atPath: orphan, withIntermediateDirectories: true)
        try Data([1]).write(to: URL(filePath: "\(orphan)/master.png"))
        #expect(try portraitd("gc").lines == ["0 to remove; portraitd gc --delete removes them"])
        let lastWeek = Date.now.addingTimeInterval(-7 * 86_400)
        try FileManager.default.setAttributes([.modificationDate: lastWeek], ofItemAtPath: "\(orphan)/master.png")
        #expect(try portraitd("gc").lines.count == 2)
        #expect(FileManager.default.fileExists(atPath: orphan))
        #expect(try portraitd("gc", "--delete").lines.last == "1 removed")
        #expect(!FileManager.default.fileExists(atPath: orphan))
    }

    @Test func `migrate lists the steps, and an invalid database ends commands with 1`() throws {
        let (status, lines) = try portraitd("migrate")
        #expect(status == 0)
        #expect(lines.first == "profile images")
        let folder = "\(instance.folder)/broken"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(repeating: 7, count: 9000).write(to: URL(filePath: "\(folder)/portraitd.sqlite"))
        #expect(try portraitd("migrate", settings: ["PORTRAITD_STATE": folder]).status == 1)
        #expect(try portraitd("status", settings: ["PORTRAITD_STATE": folder]).status == 1)
    }
}
