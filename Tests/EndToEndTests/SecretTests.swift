import Foundation
import LocalHTTP
import TestSupport
import Testing

/// No secret appears in a log, a metric, an error or the list of processes.
@Suite struct SecretTests {
    @Test func `a secret appears only in the answer that issues it`() throws {
        let upload = "the upload secret of the tests, 32 bytes"
        let folder = try TemporaryFolder()
        try Data(upload.utf8).write(to: URL(filePath: "\(folder.path)/upload-secret"))
        let receiver = try LocalServer { _, connection in
            connection.send("HTTP/1.1 500 Broken\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        let instance = try Instance(
            [
                "PORTRAITD_UPLOAD_SECRET_FILE": "\(folder.path)/upload-secret",
                "PORTRAITD_OUTGOING_ALLOW": "127.0.0.0/8",
            ],
            activation: .withWorker
        )
        let run = { try Project.output(Project.portraitd, $0, environment: instance.environment) }
        let key = try run(["key", "create", "--scope", "admin", "--name", "shop"])
        let webhook = try run(["webhook", "add", "--url", "\(receiver.url)/hook"]).split(separator: "\t").map(
            String.init
        )
        // Only this test uses this user: parallel tests pass the tokens of their users to programs.
        let alice = try instance.token("the alice of the secrets")
        let forged = "\(alice.dropLast(4))AAAA"
        let allowed = try instance.curl("/me/profileimage/uploads", token: alice, "--request", "POST")
        let uploadURL = try #require(allowed.json["upload_url"] as? String)
        let uploadToken = try #require(uploadURL.split(separator: "/").last.map(String.init))
        let token = try #require(uploadToken.split(separator: ".").last.map(String.init))
        let secrets = [
            "a secret of the tests", upload, try #require(key.split(separator: "_").last.map(String.init)),
            try #require(webhook.last), alice, forged, uploadToken, token,
        ]

        var answers: [Curl.Answer] = []
        for credential in [
            alice, forged, key, "\(key)x", try #require(webhook.last), uploadToken, "a secret of the tests",
        ] {
            answers += try [
                instance.put(Data("no picture".utf8), token: credential), instance.curl("/me", token: credential),
                instance.curl("/audit", token: credential), instance.curl("/events", token: credential),
                instance.curl("/users/bob?access_token=\(credential.replacing(" ", with: "%20"))"),
                instance.curl("/uploads/\(credential.replacing(" ", with: "%20"))", "--request", "PUT"),
                instance.curl("/me", "--header", "Authorization: Basic \(credential)"),
            ]
        }
        answers += try [
            instance.put(Photograph.small(), token: alice), Curl.send([uploadURL], upload: Photograph.small()),
            Curl.send([uploadURL], upload: Photograph.small()), instance.curl("/metrics"),
            instance.curl("/me/export", token: alice),
        ]
        #expect(waitUntil { !receiver.requests.isEmpty })
        let printed = try [
            ["check"], ["check", "--json"], ["check", "--connect"], ["status"], ["audit"], ["key", "list"],
            ["webhook", "list"],
            ["user", "list"], ["verify"],
        ].map { try run($0) }
        let processes = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).filter {
            Int($0) != nil
        }
        .map { LogFile(path: "/proc/\($0)/cmdline").text.replacing("\0", with: " ") }
        // The list contains the processes of this instance.
        #expect(processes.contains { $0.contains("\(instance.folder)/nginx") })

        let places = [
            "portraitd's log": instance.log, "nginx's log": instance.nginxLog,
            "an answer": answers.map { "\($0.fields)\($0.text)" }.joined(), "a command": printed.joined(),
            "a list of processes": processes.joined(separator: "\n"),
        ]
        for (place, text) in places {
            #expect(!text.isEmpty || place == "nginx's log")
            for secret in secrets { #expect(!text.contains(secret), "\(place): \(secret.prefix(12))…") }
        }
        #expect(instance.log.split(separator: "\n").count > 40)
    }
}
