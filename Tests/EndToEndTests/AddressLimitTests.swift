import Foundation
import Testing

/// The installed limits of `nginx/portraitd.d` for one address.
@Suite struct AddressLimitTests {
    private static let refusal = "429 2 application/problem+json"

    /// Sends `count` requests over a few connections, and counts the answers by status, Retry-After and type.
    private func answers(
        to count: Int,
        at path: String,
        of instance: Instance,
        _ arguments: [String] = []
    ) throws -> [String: Int] {
        let format = "%{http_code} %header{retry-after} %{content_type}\n"
        let text = try Project.output(
            "/usr/bin/curl",
            ["--silent", "--parallel", "--parallel-max", "8", "--output", "\(instance.folder)/answer-#1"]
                + ["--write-out", format] + arguments + ["\(instance.url)\(path)#[1-\(count)]"]
        )
        return text.split(separator: "\n").reduce(into: [:]) { $0[String($1), default: 0] += 1 }
    }

    @Test func `a flood from one address is answered 429 with Retry-After`() throws {
        let instance = try Instance(isLimited: true)
        let found = try answers(to: 1000, at: "/limits", of: instance)
        // nginx lets 200 pass at once, and more while these are answered; a busy machine needs longer for them.
        #expect(found["200  application/json", default: 0] >= 200, "\(found)")
        #expect(found[Self.refusal, default: 0] > 0, "\(found)")
        #expect(found.values.reduce(0, +) == 1000 && found.count == 2, "\(found)")
        let bodies = (1...1000).map { LogFile(path: "\(instance.folder)/answer-\($0)").text }
        #expect(bodies.filter { $0.contains("too-many-requests") }.count == found[Self.refusal])
        // nginx serves pictures without portraitd.
        let url = "/images/\(String(repeating: "0", count: 32))/64"
        #expect(try answers(to: 300, at: url, of: instance) == ["404  application/problem+json": 300])
    }

    @Test func `uploads are limited earlier than small requests`() throws {
        let instance = try Instance(isLimited: true)
        let body = "\(instance.folder)/body"
        try Data(repeating: 65, count: 10_000).write(to: URL(filePath: body))
        let upload = ["--request", "PUT", "--header", "Expect:", "--data-binary", "@\(body)"]
        let large = try answers(to: 150, at: "/me/profileimage", of: instance, upload)
        #expect(large["401  application/problem+json", default: 0] >= 50, "\(large)")
        #expect(large[Self.refusal, default: 0] > 0, "\(large)")
        try Data(repeating: 65, count: 9_999).write(to: URL(filePath: body))
        let small = try answers(to: 20, at: "/me/profileimage", of: instance, upload)
        #expect(small == ["401  application/problem+json": 20])
    }

    @Test func `drawn pictures are limited at every URL`() throws {
        let instance = try Instance(["PORTRAITD_DIALECTS": "clerk,auth0"], isLimited: true)
        for path in ["/avatar/x?d=identicon&s=8&name=", "/avatars/ab.png?", "/eyJ"] {
            let found = try answers(to: 700, at: path, of: instance)
            #expect(found[Self.refusal, default: 0] > 0, "\(path) \(found)")
        }
    }

    @Test func `this machine and private networks are not limited`() throws {
        let instance = try Instance()
        #expect(try answers(to: 600, at: "/limits", of: instance) == ["200  application/json": 600])
    }
}
