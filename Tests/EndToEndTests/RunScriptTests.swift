import Foundation
import TestSupport
import Testing

/// `make run` without the build.
@Suite struct RunScriptTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try Photograph.small().write(to: URL(filePath: "\(folder.path)/photo.jpg"))
        // Makes curl print the status, although the example does not request it.
        try Data("write-out = \"\\n%{http_code}\"".utf8).write(to: URL(filePath: "\(folder.path)/.curlrc"))
    }

    @Test func `two instances run side by side, stop completely and keep their data`() throws {
        let states = ["\(folder.path)/one", "\(folder.path)/a second one"]
        let ports = try states.map { _ in try Project.freePort() }
        try #require(ports[0] != ports[1])
        for (signal, before) in [(SIGTERM, "404"), (SIGINT, "200")] {
            let instances = try zip(states, ports).map { try RunScript(state: $0, port: $1) }
            for instance in instances {
                let line = try #require(instance.curlLine)
                #expect(try status(of: reading(line)) == before)
                #expect(try status(of: line) == (before == "404" ? "201" : "200"), "\(line)")
                #expect(instance.servers.portraitd.count == 1)
                #expect(instance.servers.nginx.count >= 2)
            }
            for (number, instance) in instances.enumerated() {
                let (status, left) = instance.stop(by: signal)
                #expect(status == 0)
                #expect(left.isEmpty)
                #expect(try Curl.send(["\(instance.url)/limits"]).status == 0)
                guard number == 0 else { continue }
                #expect(try Curl.send(["\(instances[1].url)/limits"]).status == 200, "the other one goes on")
            }
        }
    }

    @Test func `only the owner may read an instance's secret, and it stays the same`() throws {
        let state = "\(folder.path)/a new one"
        let script = """
            umask 000
            . "$ROOT/scripts/instance-environment"
            echo "$PORTRAITD_STATE"
            echo "$PORTRAITD_JWT_SECRET_FILE"
            """
        let run = {
            try Project.output("/bin/sh", ["-c", script], environment: ["STATE": state, "ROOT": Project.root])
        }
        let secret = "\(state)/jwt-secret"
        #expect(try run() == "\(state)\n\(secret)")
        let attributes = try FileManager.default.attributesOfItem(atPath: secret)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let first = LogFile(path: secret).text
        // RFC 7518 §3.2: a key for HS256 has 32 bytes at least.
        #expect(first.utf8.count >= 32)
        _ = try run()
        #expect(LogFile(path: secret).text == first)
    }

    /// The line that reads the picture that `line` uploads.
    private func reading(_ line: String) -> String {
        line.replacing("-T photo.jpg", with: "")
    }

    /// Runs a copied line in a shell, and returns curl's status.
    private func status(of line: String) throws -> String? {
        let script = "cd '\(folder.path)' || exit\n\(line)"
        let printed = try Project.output("/bin/sh", ["-c", script], environment: ["CURL_HOME": folder.path])
        return printed.split(separator: "\n").last.map(String.init)
    }
}
