import Foundation
import TestSupport
import Testing

/// The memory of the process, whatever is uploaded at the same time.
@Suite(.serialized) struct MemoryTests {
    private static let mebibyte = 1024

    /// A build without optimisation takes its time.
    private static let patient = ["PORTRAITD_SIDES": "64", "PORTRAITD_MAX_WAIT": "30", "PORTRAITD_MAX_SECONDS": "40"]

    private static func giants() throws -> [Data] {
        let long = Giant.padded(try Photograph.small(), to: 10_000_000)
        return [
            Giant.progressive(width: 8000, height: 6000, sampling: [0x22, 0x11, 0x11]),
            Giant.progressive(width: 4000, height: 4000, sampling: [0x11, 0x11, 0x11, 0x11]),
            Giant.progressive(width: 5000, height: 4500, sampling: [0x11, 0x11, 0x11]),
            Giant.webp(width: 6000, height: 6000),
            Giant.webp(width: 16_000, height: 2000),
            Giant.webp(width: 5000, height: 5000),
            long,
            long,
        ]
    }

    @Test func `eight giants at once stay below 256 MiB, and small requests do not wait for them`() async throws {
        let instance = try Instance(Self.patient)
        let small = try instance.token("small")
        #expect(try instance.put(Photograph.small(), token: small).status == 201)
        let requests = try Self.giants().enumerated().map { ($1, try instance.token("user\($0)")) }
        let template = try #require(instance.portraitd.template)
        let peak = Background { Self.peakMemory(of: instance, template) }
        let answers = try await withThrowingTaskGroup(of: Curl.Answer.self) { group in
            for (picture, token) in requests {
                group.addTask { try await onThread { try instance.put(picture, token: token) } }
            }
            let statuses = try await onThread { try Self.sendSmallRequests(to: instance, small) }
            #expect(statuses == [200, 200])
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for answer in answers { #expect(answer.status == 201, "\(answer.text)") }
        // The small requests alone are answered with 200: they are logged before the last giant is.
        #expect(instance.log.split(separator: "status=200").last?.contains("status=201") == true)
        let memory = try peak.value()
        #expect(memory > 80 * Self.mebibyte, "there was little to bound")
        #expect(memory < 256 * Self.mebibyte)
    }

    /// The most that all processes have together until the eight are answered.
    private static func peakMemory(of instance: Instance, _ template: Int32) -> Int {
        var peak = 0
        waitUntil(within: .seconds(300)) {
            peak = max(peak, instance.portraitd.shareOfMemory(withCopiesOf: template))
            return instance.log.split(separator: "status=201").count > 9
        }
        return peak
    }

    private static func sendSmallRequests(to instance: Instance, _ token: String) throws -> [Int] {
        [
            try instance.curl("/me/profileimage", token: token).status,
            try instance.put(Photograph.small(turn: 1), token: token).status,
        ]
    }

    @Test func `what does not fit waits for the set time, then gets 503 with Retry-After`() async throws {
        let instance = try Instance(Self.patient.merging(["PORTRAITD_MAX_WAIT": "0"]) { $1 })
        let giant = Giant.progressive(width: 8000, height: 6000, sampling: [0x22, 0x11, 0x11])
        let answers = try await withThrowingTaskGroup(of: Curl.Answer.self) { group in
            for user in 0..<6 {
                let token = try instance.token("user\(user)")
                group.addTask { try await onThread { try instance.put(giant, token: token) } }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let refused = answers.filter { $0.status == 503 }
        #expect(refused.count < 6)
        #expect(refused.count + answers.count { $0.status == 201 } == 6)
        let answer = try #require(refused.first)
        #expect(answer.json["code"] as? String == "busy")
        #expect(answer.headers["retry-after"] == "5")
    }

    @Test func `what never fits is refused at once`() throws {
        let instance = try Instance()
        let giant = Giant.progressive(width: 8000, height: 6000, sampling: [0x11, 0x11, 0x11])
        let answer = try instance.put(giant, token: instance.token("alice"))
        #expect(answer.status == 422)
        #expect(answer.json["code"] as? String == "too-much-memory")
        #expect(answer.json["limit"] as? Int == 160_563_200)
    }

    @Test func `a form takes no more memory than its picture`() throws {
        let instance = try Instance(Self.patient)
        let file = "\(instance.folder)/upload.jpg"
        try Giant.padded(Photograph.small(), to: 4_000_000).write(to: URL(filePath: file))
        let token = try instance.token("alice")
        #expect(try instance.put(Photograph.small(), token: token).status == 201)
        let before = instance.portraitd.peakMemory
        let answer = try instance.curl(
            "/me/profileimage",
            token: token,
            "--request",
            "PUT",
            "--form",
            "file=@\(file)"
        )
        #expect(answer.status == 200, "\(answer.text)")
        #expect(instance.portraitd.peakMemory < before + 11 * Self.mebibyte)
    }

    @Test func `a picture of 10 MB as Base64 in JSON takes no more memory than its text`() throws {
        let instance = try Instance(Self.patient.merging(["PORTRAITD_DIALECTS": "serverpod"]) { $1 })
        let token = try instance.token("alice")
        let body = "\(instance.folder)/call.json"
        let call = { (picture: Data, turn: String) in
            let text = picture.base64EncodedString().replacing("/", with: turn)
            let json = #"{"image":"decode('\#(text)', 'base64')","method":"setUserImage"}"#
            try Data(json.utf8).write(to: URL(filePath: body))
            return try instance.curl("/userProfile", token: token, "--data-binary", "@\(body)")
        }
        #expect(try call(Photograph.small(), "/").status == 200)
        let before = instance.portraitd.peakMemory
        let picture = try Giant.padded(Photograph.small(), to: 10_000_000)
        // Also as PHP would write it, with each slash escaped.
        for turn in ["/", #"\/"#] {
            let answer = try call(picture, turn)
            #expect(answer.status == 200, "\(answer.text)")
        }
        // And a copy of the picture, which the decoder reads.
        let text = picture.count * 4 / 3 / 1024
        #expect(instance.portraitd.peakMemory < before + text * 3 / 2 + picture.count / 1024)
    }

    @Test func `a picture of 10 MB as a data URI takes no more memory than its text`() throws {
        let instance = try Instance(Self.patient.merging(["PORTRAITD_DIALECTS": "clerk"]) { $1 })
        let token = try instance.token("alice")
        let body = "\(instance.folder)/picture.txt"
        let post = { (picture: Data) in
            try Data("data:image/jpeg;base64,\(picture.base64EncodedString())".utf8).write(to: URL(filePath: body))
            let type = "Content-Type: application/octet-stream"
            let path = "/v1/me/profile_image"
            return try instance.curl(path, token: token, "--header", type, "--data-binary", "@\(body)")
        }
        #expect(try post(Photograph.small()).status == 200)
        let before = instance.portraitd.peakMemory
        let picture = try Giant.padded(Photograph.small(), to: 10_000_000)
        let answer = try post(picture)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(instance.portraitd.peakMemory < before + picture.count * 3 / 1024)
    }
}
