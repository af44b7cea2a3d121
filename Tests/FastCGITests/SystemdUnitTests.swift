import Foundation
import TestSupport
import Testing

/// Checks the units with systemd's own tools, which need no running systemd.
@Suite struct SystemdUnitTests {
    private static let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../systemd")

    private struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    private func run(_ tool: String, _ arguments: String..., environment: [String: String] = [:]) throws -> Outcome {
        let process = Process()
        let output = Pipe()
        let errors = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/\(tool)")
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        let errorText = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: errorText, as: UTF8.self)
        )
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOf: Self.source.appending(path: name), encoding: .utf8)
    }

    private static let units = [
        "portraitd.socket", "portraitd.service", "portraitd-worker.service",
        "portraitd-gc.service", "portraitd-gc.timer", "portraitd-verify.service", "portraitd-verify.timer",
        "portraitd-backup.service", "portraitd-backup.timer",
    ]

    /// The drop-in that systemd reads for each unit whose name begins with `portraitd-`.
    private static let dropIn = "portraitd-.service.d/sandbox.conf"

    /// Copies the units to `folder`, with the path of an existing program.
    private func copyUnits(to folder: borrowing TemporaryFolder) throws {
        try FileManager.default.createDirectory(
            atPath: folder.file("portraitd-.service.d"),
            withIntermediateDirectories: true
        )
        for name in Self.units + [Self.dropIn] {
            let unit = try text(name).replacing("/usr/bin/portraitd", with: "/bin/true")
            try unit.write(toFile: folder.file(name), atomically: false, encoding: .utf8)
        }
    }

    @Test(arguments: units) func `systemd finds no fault with a unit`(_ name: String) throws {
        let folder = try TemporaryFolder()
        try copyUnits(to: folder)
        // An unknown setting gives a line on standard error, not a failure status. The manual is not installed here.
        let outcome = try run("systemd-analyze", "verify", "--man=no", folder.file(name))
        #expect(outcome.errors == "")
        #expect(outcome.status == 0)
    }

    // Only the worker process has a network.
    @Test(arguments: [
        ("portraitd", 0.2), ("portraitd-worker", 1.1), ("portraitd-gc", 0.2), ("portraitd-verify", 0.2),
        ("portraitd-backup", 0.2),
    ])
    func `the exposure of each service stays below its limit`(_ service: String, _ limit: Double) throws {
        let folder = try TemporaryFolder()
        try copyUnits(to: folder)
        let unit = folder.file("\(service).service")
        let outcome = try run("systemd-analyze", "security", "--offline=true", "--no-pager", unit)
        let line = try #require(outcome.output.split(separator: "\n").last { $0.contains("Overall exposure level") })
        let exposure = try #require(line.firstMatch(of: /: (\d+\.\d+)/).flatMap { Double($0.1) })
        #expect(exposure <= limit, "\(outcome.output)")
    }

    @Test(arguments: units + [dropIn, "sysusers.d/portraitd.conf", "tmpfiles.d/portraitd.conf"])
    func `each setting has a comment`(_ name: String) throws {
        let lines = try text(name).split(separator: "\n", omittingEmptySubsequences: false)
        for (line, next) in zip(lines, lines.dropFirst()) where !next.isEmpty && !next.hasPrefix("#") {
            #expect(line.hasPrefix("#") || next.hasPrefix("["), "\(name): \(next)")
        }
    }

    @Test(.enabled(if: getuid() == 0, "systemd-tmpfiles changes owners"))
    func `nginx may read the pictures and the documents, and nothing else`() throws {
        let root = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: root.file("etc"), withIntermediateDirectories: true)
        let users = Self.source.appending(path: "sysusers.d/portraitd.conf").path
        #expect(try run("systemd-sysusers", "--root=\(root.path)", users).status == 0)
        let folders = Self.source.appending(path: "tmpfiles.d/portraitd.conf").path
        let outcome = try run("systemd-tmpfiles", "--root=\(root.path)", "--create", folders)
        #expect(outcome.errors == "")
        #expect(outcome.status == 0)

        let state = try FileManager.default.attributesOfItem(atPath: root.file("var/lib/portraitd"))
        #expect(state[.posixPermissions] as? Int == 0o711)
        #expect(state[.groupOwnerAccountID] as? Int != 33)
        for folder in ["public", "documents"] {
            let sent = try FileManager.default.attributesOfItem(atPath: root.file("var/lib/portraitd/\(folder)"))
            #expect(sent[.posixPermissions] as? Int == 0o2750)
            #expect(sent[.ownerAccountID] as? Int == state[.ownerAccountID] as? Int)
            #expect(sent[.groupOwnerAccountID] as? Int == 33)
        }
        let backups = try FileManager.default.attributesOfItem(atPath: root.file("var/backups/portraitd"))
        #expect(backups[.posixPermissions] as? Int == 0o700)
    }
}
