import Foundation
import TestSupport
import Testing

/// Text with long runs of combining marks. Swift sorts the marks, so that hashing or comparing such text takes
/// quadratic time.
@Suite struct HostileTextTests {
    private static let marks = String(repeating: "\u{301}\u{316}", count: 15_500)
    /// The longest text that nginx accepts in a line of a request.
    private static let fewMarks = String(repeating: "\u{301}\u{316}", count: 1_500)

    private let instance: Instance
    private let token: String
    private let key: String

    init() throws {
        instance = try Instance(["PORTRAITD_DIALECTS": "auth0,clerk,profile-service,serverpod"])
        token = try instance.token("alice")
        key =
            try Project.output(
                Project.portraitd,
                ["key", "create", "--scope", "admin", "--name", "test"],
                environment: instance.environment
            ).split(separator: "\n").last.map(String.init) ?? ""
    }

    /// Sends eight such requests at once, as an attacker would; expects that each is refused while others are answered.
    private func expectCheap(
        _ method: String,
        _ path: String,
        token: String? = nil,
        type: String = "application/json",
        fields: [String] = [],
        body: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = "\(instance.folder)/body-\(UUID().uuidString)"
        try Data(body.utf8).write(to: URL(filePath: file))
        let head = ["Content-Type: \(type)"] + fields + (token.map { ["Authorization: Bearer \($0)"] } ?? [])
        let start = ContinuousClock.now
        let attacks = try (0..<8).map { _ in
            try ChildProcess(
                "/usr/bin/curl",
                [
                    "--silent", "--output", "/dev/null", "--max-time", "60", "--request", method, "--data-binary",
                    "@\(file)",
                ]
                    + head.flatMap { ["--header", $0] } + ["\(instance.url)\(path)"]
            )
        }
        #expect(try instance.curl("/healthz").status == 200, sourceLocation: sourceLocation)
        let others = start.duration(to: .now)
        for attack in attacks { attack.wait() }
        // Without the limit, the eight requests took over a minute.
        #expect(others < .seconds(3), "others waited", sourceLocation: sourceLocation)
        #expect(start.duration(to: .now) < .seconds(5), "\(path)", sourceLocation: sourceLocation)
        let answer = try instance.curl(
            path,
            token: token,
            "--request",
            method,
            "--header",
            "Content-Type: \(type)",
            "--data-binary",
            "@\(file)"
        )
        #expect((400..<500).contains(answer.status), "\(path): \(answer.status)", sourceLocation: sourceLocation)
    }

    @Test func `hostile JSON is refused at once with a reason`() throws {
        let name = "{\"e\(Self.marks)\":1}"
        try expectCheap("POST", "/oauth/token", body: name)
        try expectCheap(
            "POST",
            "/oauth/token",
            type: "application/x-www-form-urlencoded",
            body: "e\(Self.fewMarks)=1&grant_type=x"
        )
        try expectCheap("PATCH", "/me", token: token, body: name)
        try expectCheap("PATCH", "/me", token: token, body: "{\"metadata\":{\"a\":{\"e\(Self.marks)\":1}}}")
        try expectCheap("PATCH", "/me", token: token, body: "{\"metadata\":{\"a\":\"e\(Self.marks)\"}}")
        let answer = try instance.patch("/me", token: token, "{\"e\(Self.fewMarks)\":1}")
        #expect(answer.status == 400)
        #expect(answer.json["code"] as? String == "bad-json")
        #expect((answer.json["detail"] as? String)?.contains("30 combining marks") == true, "\(answer.text)")
        // Many names with a common beginning: each is compared with the earlier ones.
        let names = (0..<2_000).map { "\"e\(String(repeating: "\u{301}", count: $0 % 29))\($0)\":1" }
        try expectCheap("PATCH", "/me", token: token, body: "{\(names.joined(separator: ","))}")
    }

    @Test func `forms, queries, paths, header fields and tokens are refused at once`() throws {
        let part = "Content-Disposition: form-data; name=\"e\(Self.fewMarks)\"\r\n\r\nx"
        let form = (0..<30).map { _ in "--b\r\n\(part)\r\n" }.joined()
        try expectCheap(
            "PUT",
            "/me/profileimage",
            token: token,
            type: "multipart/form-data; boundary=b",
            body: "\(form)--b--\r\n"
        )
        let escaped = String(repeating: "%CC%81%CC%96", count: 300)
        try expectCheap("PATCH", "/me?e\(escaped)=1", token: token, body: "{}")
        try expectCheap("PATCH", "/users/e\(escaped)", token: key, body: "{}")
        try expectCheap(
            "PUT",
            "/me/profileimage",
            token: token,
            fields: ["X-A: a", "Accept: e\(Self.fewMarks)=1"],
            body: "x"
        )
        let header = Data("{\"alg\":\"HS256\",\"e\(Self.fewMarks)\":1}".utf8).base64EncodedString()
        try expectCheap("PATCH", "/me", token: "\(header).e30.AAAA", body: "{}")
        try expectCheap("PATCH", "/me", fields: ["Accept: e\(Self.fewMarks)"], body: "{}")
    }

    @Test func `letters with the marks of any language are accepted`() throws {
        let name = "Zoe\u{308}\u{323} Nguyễn שָׁלוֹם हिन्दी e" + String(repeating: "\u{301}", count: 30)
        let body = try JSONSerialization.data(withJSONObject: ["displayName": name, "metadata": [name: name]])
        let answer = try instance.patch("/me", token: token, String(decoding: body, as: UTF8.self))
        #expect(answer.status == 201, "\(answer.text)")
        let read = try instance.curl("/me", token: token).json
        #expect((read["displayName"] as? String)?.utf8.elementsEqual(name.utf8) == true)
        #expect((read["metadata"] as? [String: String])?[name] != nil)
    }
}
