import Foundation
import TestSupport
import Testing

/// The command line on a terminal and in scripts.
@Suite struct CommandLineTests {
    private let folder: TemporaryFolder
    private let environment: [String: String]

    init() throws {
        folder = try TemporaryFolder()
        environment = ["PORTRAITD_STATE": folder.path, "PORTRAITD_SOCKET": "\(folder.path)/socket"]
    }

    private func run(
        _ arguments: [String],
        settings: [String: String] = [:],
        program: String = Project.portraitd
    ) throws -> (status: Int32, output: String, errors: String) {
        let output = LogFile(path: "\(folder.path)/\(UUID().uuidString).out")
        let errors = LogFile(path: "\(folder.path)/\(UUID().uuidString).err")
        let child = try ChildProcess(
            program,
            arguments,
            environment: environment.merging(settings) { $1 },
            output: output,
            errorOutput: errors
        )
        return (child.wait(), output.text, errors.text)
    }

    /// Runs a command on a terminal, and returns its output.
    private func onTerminal(_ command: String) throws -> (status: Int32, output: String) {
        let (status, output, _) = try run(
            ["-qec", "\(Project.portraitd) \(command)", "/dev/null"],
            program: "/usr/bin/script"
        )
        return (status, output)
    }

    @Test(arguments: [
        "nonsense", "serve --bogus", "user show", "audit --after x", "key create", "webhook replay",
        "webhook add --url ftp://x", "key create --scope all", "import", "token --lifetime 1",
    ])
    func `a usage error ends with 2 and a usage line`(_ command: String) throws {
        let (status, output, errors) = try run(command.split(separator: " ").map(String.init))
        #expect(status == 2)
        #expect(output.isEmpty)
        #expect(errors.hasPrefix("Error: ") && errors.contains("\nUsage: portraitd "), "\(errors)")
    }

    @Test(arguments: [
        ("user show nobody", "There is no user nobody."),
        ("user erase nobody", "There is no user nobody."),
        ("key revoke nothing", "There is no key nothing."),
        ("webhook remove nothing", "There is no webhook nothing."),
        ("restore /nowhere", "There is no backup in /nowhere."),
        ("import /nowhere", "/nowhere cannot be read."),
        ("backup /proc/nowhere", "/proc/nowhere: No such file or directory"),
        ("export /proc/nowhere", "/proc/nowhere: No such file or directory"),
    ])
    func `a failed command ends with 1 and names the reason`(_ command: String, _ reason: String) throws {
        if !command.hasPrefix("restore") { #expect(try run(["migrate"]).status == 0) }
        let (status, output, errors) = try run(command.split(separator: " ").map(String.init))
        #expect(status == 1)
        #expect(output.isEmpty)
        #expect(errors.hasPrefix("<3>portraitd: \(reason)\n"), "\(errors)")
    }

    @Test(arguments: ["status", "key list", "user list", "audit", "webhook list", "verify", "gc"])
    func `a command that only reads does not create the database`(_ command: String) throws {
        let (status, _, errors) = try run(command.split(separator: " ").map(String.init))
        #expect(status == 78)
        let path = "\(folder.path)/portraitd.sqlite"
        #expect(
            errors == "<3>portraitd: There is no database \(path). Start the service, or run portraitd migrate.\n",
            "\(errors)"
        )
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test(arguments: ["migrate", "key revoke x", "webhook remove x"])
    func `a database that cannot be opened is named`(_ command: String) throws {
        let (status, _, errors) = try run(
            command.split(separator: " ").map(String.init),
            settings: ["PORTRAITD_STATE": "/nowhere"]
        )
        #expect(status == 1)
        let reason = "The database /nowhere/portraitd.sqlite cannot be opened: No such file or directory"
        #expect(errors == "<3>portraitd: \(reason)\n")
    }

    @Test(arguments: ["check", "status", "serve", "worker", "gc", "key list"])
    func `wrong settings end every command with 78`(_ command: String) throws {
        let words = command.split(separator: " ").map(String.init)
        #expect(try run(words, settings: ["PORTRAITD_SIDES": "x"]).status == 78)
        #expect(try run(words + ["--config", "/nowhere"]).status == 78)
    }

    @Test func `help and version end with 0 and go to standard output`() throws {
        let (status, help, errors) = try run(["--help"])
        #expect(status == 0 && errors.isEmpty)
        let commands = [
            "serve", "worker", "check", "status", "user", "key", "webhook", "audit", "gc", "verify", "render", "import",
            "export", "backup", "restore", "migrate", "token",
        ]
        for command in commands {
            #expect(help.contains("\n  \(command) "), "\(command)")
            let (status, help, _) = try run(["help", command])
            #expect(status == 0 && help.contains("USAGE: portraitd \(command)"), "\(command)")
        }
        #expect(try run(["--version"]).output.split(separator: ".").count == 3)
    }

    @Test func `every command has a full explanation`() throws {
        let dump = try run(["--experimental-dump-help"]).output
        let root = try JSONSerialization.jsonObject(with: Data(dump.utf8)) as? [String: Any]
        func check(_ command: [String: Any], _ path: String) {
            let name = "\(path) \(command["commandName"] as? String ?? "")"
            let children = command["subcommands"] as? [[String: Any]] ?? []
            for child in children where child["commandName"] as? String != "help" { check(child, name) }
            for explained in [command] + (command["arguments"] as? [[String: Any]] ?? []) {
                #expect(
                    (explained["abstract"] as? String ?? "").hasSuffix("."),
                    "\(name) \(explained["valueName"] ?? "")"
                )
            }
        }
        check(try #require(root?["command"] as? [String: Any]), "")
    }

    @Test func `every --json output has one JSON value per line`() throws {
        #expect(try run(["key", "create", "--scope", "admin", "--name", "a\tb", "--json"]).status == 0)
        let pictures = "\(folder.path)/pictures"
        try FileManager.default.createDirectory(atPath: pictures, withIntermediateDirectories: true)
        try Photograph.small().write(to: URL(filePath: "\(pictures)/alice.jpg"))
        try Data("no picture".utf8).write(to: URL(filePath: "\(pictures)/bob.jpg"))
        let backup = "\(folder.path)/backup"
        let add = ["webhook", "add", "--url", "http://127.0.0.1:9/"]
        let commands = [
            add, ["import", pictures], ["check"], ["check", "--connect"], ["status"], ["key", "list"],
            ["user", "list"], ["webhook", "list"], ["audit"], ["gc"], ["verify"], ["render"], ["backup", backup],
            ["export", "\(folder.path)/export"],
        ]
        var lines: [String: [[String: Any]]] = [:]
        for command in commands {
            let output = try run(command + ["--json"]).output
            lines[command.joined(separator: " ")] = try output.split(separator: "\n").map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
            }
        }
        func value(_ command: String, _ key: String) -> Any? { lines[command]?.first?[key] }
        #expect(value("import \(pictures)", "done") as? Int == 1)
        let refusals = value("import \(pictures)", "refusals") as? [[String: String]]
        #expect(refusals?.map { $0["code"] } == ["unsupported-format"])
        #expect(value("key list", "name") as? String == "a\tb")
        #expect((value("key list", "createdAt") as? String)?.hasSuffix("Z") == true)
        #expect(value("key list", "key") == nil)
        #expect(value("user list", "profileId") as? String == "alice")
        let secret = value(add.joined(separator: " "), "secret") as? String
        #expect(secret?.hasPrefix("whsec_") == true)
        #expect(value("webhook list", "secret") == nil)
        #expect(value("webhook list", "url") as? String == "http://127.0.0.1:9/")
        #expect(value("backup \(backup)", "media") as? Int == 1)
        #expect(value("render", "rendered") as? Int == 1)
        #expect(lines["check --connect"]?.last?["isWell"] as? Bool == false)
        let restored = try run(["restore", backup, "--json"], settings: ["PORTRAITD_STATE": "\(folder.path)/restored"])
        #expect(restored.output == "{\"lost\":[],\"media\":1}\n")
        let faulty = try run(["check", "--json"], settings: ["PORTRAITD_SIDES": "x"])
        #expect(faulty.status == 78)
        #expect(faulty.output.hasSuffix("separated by commas.\"}\n"))
    }

    @Test func `only a terminal shows the progress, and it shows no priorities`() throws {
        let escape = "\u{1B}"
        #expect(try run(["migrate"]).status == 0)
        #expect(try onTerminal("status").output.contains(escape) == false)
        let (status, output) = try onTerminal("user show nobody")
        #expect(status == 1)
        #expect(output == "portraitd: There is no user nobody.\r\n")

        let pictures = "\(folder.path)/pictures"
        try FileManager.default.createDirectory(atPath: pictures, withIntermediateDirectories: true)
        for index in 0..<8 { try Photograph.small().write(to: URL(filePath: "\(pictures)/\(index).jpg")) }
        let imported = try onTerminal("import \(pictures)")
        let bar = "\r\(escape)[K[\(String(repeating: "#", count: 30))] 100 %  8 of 8\r"
        #expect(imported.output.contains(bar), "\(imported)")
        #expect(imported.output.hasSuffix("\r\(escape)[K8 imported, 0 refused\r\n"))
        #expect(try run(["import", pictures]).errors == "")
        let verified = try onTerminal("verify")
        #expect(verified.output.hasPrefix("\r\(escape)[Kreading the database …\r"))
    }
}
