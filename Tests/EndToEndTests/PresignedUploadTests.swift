import Foundation
import TestSupport
import Testing

/// Uploads without a credential, through nginx.
@Suite struct PresignedUploadTests {
    private func permission(from instance: Instance) throws -> (url: String, expires: Date) {
        let token = try instance.token("alice")
        let answer = try Curl.send(
            [
                "--request", "POST", "--header", "Authorization: Bearer \(token)",
                "\(instance.url)/me/profileimage/uploads",
            ]
        )
        #expect(answer.status == 201)
        let expires = try #require(answer.json["expires"] as? String)
        return (
            try #require(answer.json["upload_url"] as? String),
            try Date(expires, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        )
    }

    @Test func `a URL takes one picture, raw or as a form, and contains its host`() throws {
        let instance = try Instance()
        let file = "\(instance.folder)/upload.jpg"
        try Photograph.small().write(to: URL(filePath: file))
        for arguments in [["--upload-file", file], ["--form", "file=@\(file)"]] {
            let url = try permission(from: instance).url
            #expect(url.hasPrefix("\(instance.url)/uploads/"))
            let elsewhere = try Curl.send(arguments + ["--header", "Host: other.test", url])
            #expect(elsewhere.status == 403)
            #expect(elsewhere.json["code"] as? String == "upload-forbidden")
            let answer = try Curl.send(arguments + [url])
            #expect(answer.status == 201 || answer.status == 200)
            let picture = try Curl.send([try #require(answer.json["imageUrl"] as? String)])
            #expect(Photograph.look(at: picture.body) != nil)
            #expect(try Curl.send(arguments + [url]).status == 409)
            #expect(!instance.log.contains(url.suffix(40)))
        }
    }

    @Test func `only one of eight parallel uploads succeeds after a crash and a restart`() async throws {
        let instance = try Instance()
        let url = try permission(from: instance).url
        instance.stop(by: SIGKILL)
        try instance.start()
        let photograph = try Photograph.small()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { try await onThread { try Curl.send([url], upload: photograph).status } }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [201] + Array(repeating: 409, count: 7))
        #expect(instance.publicFiles.count == 1)
    }

    @Test func `a URL expires at its expiry time`() throws {
        let instance = try Instance(["PORTRAITD_UPLOAD_SECONDS": "1"])
        let before = Date.now
        let (url, expires) = try permission(from: instance)
        // The expiry time is in whole seconds, rounded down.
        #expect((before...Date.now.addingTimeInterval(1)).contains(expires))
        #expect(waitUntil { Date.now > expires })
        let answer = try Curl.send([url], upload: Photograph.small())
        #expect(answer.status == 410)
        #expect(answer.json["code"] as? String == "upload-expired")
    }
}
