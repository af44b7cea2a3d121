import Foundation
import Testing

/// Schemathesis tests the API against its own description, through nginx.
@Suite struct OpenAPIFuzzTests {
    private let instance: Instance

    init() throws {
        instance = try Instance(["PORTRAITD_DEFAULT_IMAGE": "identicon", "PORTRAITD_KEEP_REPLACED": "all"])
    }

    @Test func `the API's description is public and is OpenAPI 3.1`() throws {
        let answer = try instance.curl("/openapi.json")
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "application/json")
        #expect(answer.headers["cache-control"] == "public, max-age=3600")
        #expect(answer.headers["access-control-allow-origin"] == "*")
        #expect(answer.json["openapi"] as? String == "3.1.0")
        let tag = try #require(answer.headers["etag"])
        #expect(try instance.curl("/openapi.json", "--header", "If-None-Match: \(tag)").status == 304)
        #expect(try instance.curl("/openapi.json", "--request", "PUT").status == 405)
        let file = "\(instance.folder)/openapi.json"
        try answer.body.write(to: URL(filePath: file))
        let (status, output) = try Python.run("openapi.py", [file])
        #expect(status == 0, "\(output)")
    }

    /// `make fuzz-api` sets the number of seconds; otherwise the requests are few and always the same.
    @Test func `every answer matches the description`() throws {
        let seconds = ProcessInfo.processInfo.environment["FUZZ_SECONDS"].flatMap { Int($0) } ?? 0
        var credentials = try ["admin=\(key("admin"))", "user=\(instance.token("alice"))"]
        if seconds > 0 {
            credentials += try [
                "application=\(key("profile:read profile:write"))",
                "reader=\(instance.token("bob", scope: "profile:read"))",
            ]
        }
        let arguments = [instance.url, "\(instance.folder)/fuzz", "\(seconds / credentials.count)"] + credentials
        let run = try Python.run("openapi_fuzz.py", arguments)
        if seconds > 0 { print(run.output) }
        #expect(run.status == 0, "\(run.output)\(instance.nginxLog)")
        let counts = run.output.matches(of: /([0-9]+) generated/).compactMap { Int($0.1) }
        #expect(counts.count == credentials.count && counts.allSatisfy { $0 > 100 }, "\(run.output)")
        // Finds faults that no answer showed.
        #expect(!instance.log.contains("status=5"))
        #expect(!instance.nginxLog.contains("prematurely closed"))
    }

    private func key(_ scope: String) throws -> String {
        try Project.output(
            Project.portraitd,
            ["key", "create", "--scope", scope],
            environment: instance.environment
        )
    }
}
