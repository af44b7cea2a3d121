import Foundation
import TestSupport
import Testing

/// The memory of the processes during large uploads.
///
/// The memory at rest depends on the machine and the build. Each bound therefore limits the growth, and follows from
/// the size of the pictures: one more copy of a picture exceeds it.
@Suite(.serialized) struct MemoryTests {
    /// A build without optimisation needs more time.
    private static let patient = ["PORTRAITD_SIDES": "64", "PORTRAITD_MAX_WAIT": "30", "PORTRAITD_MAX_SECONDS": "40"]

    /// A picture that its decoder does not read row by row.
    private struct Large: Sendable {
        let file: Data
        let pixels: Int
        /// The bytes that its decoder holds until the end.
        let held: Int

        /// libjpeg keeps a coefficient of two bytes for each sample.
        static func progressive(width: Int, height: Int, sampling: [UInt8]) -> Large {
            let areas = sampling.map { Int($0 >> 4) * Int($0 & 15) }
            let samples = width * height * areas.reduce(0, +) / (areas.max() ?? 1)
            let file = Giant.progressive(width: width, height: height, sampling: sampling)
            return Large(file: file, pixels: width * height, held: 2 * samples)
        }

        /// libwebp keeps four bytes for each pixel of a lossless picture.
        static func webp(width: Int, height: Int) -> Large {
            let file = Giant.webp(width: width, height: height)
            return Large(file: file, pixels: width * height, held: 4 * width * height)
        }
    }

    private static let giants: [Large] = [
        .progressive(width: 8000, height: 6000, sampling: [0x22, 0x11, 0x11]),
        .progressive(width: 4000, height: 4000, sampling: [0x11, 0x11, 0x11, 0x11]),
        .progressive(width: 5000, height: 4500, sampling: [0x11, 0x11, 0x11]),
        .webp(width: 6000, height: 6000),
        .webp(width: 16_000, height: 2000),
        .webp(width: 5000, height: 5000),
    ]

    @Test func `a decoder holds its coefficients or pixels, and no second copy of the picture`() async throws {
        let instance = try Instance(Self.patient)
        #expect(try instance.put(Photograph.small(), token: instance.token("small")).status == 201)
        for (index, giant) in Self.giants.enumerated() {
            let token = try instance.token("user\(index)")
            let growth = try await Self.growth(of: instance) {
                let answer = try await onThread { try instance.put(giant.file, token: token) }
                #expect(answer.status == 201, "\(answer.text)")
            }
            #expect(growth > giant.held / 2, "there was little to bound")
            // A decoded picture takes 4 bytes a pixel. Half of this is enough for the rest, which was measured as 3 MB.
            #expect(growth < giant.held + 2 * giant.pixels)
        }
    }

    @Test func `eight giants at once stay within the budget, and small requests do not wait for them`() async throws {
        let instance = try Instance(Self.patient)
        let small = try instance.token("small")
        #expect(try instance.put(Photograph.small(), token: small).status == 201)
        let long = Giant.padded(try Photograph.small(), to: 10_000_000)
        let requests = try (Self.giants.map(\.file) + [long, long]).enumerated().map {
            ($1, try instance.token("user\($0)"))
        }
        let growth = try await Self.growth(of: instance) {
            let answers = try await withThrowingTaskGroup(of: Curl.Answer.self) { group in
                for (picture, token) in requests {
                    group.addTask { try await onThread { try instance.put(picture, token: token) } }
                }
                let statuses = try await onThread { try Self.sendSmallRequests(to: instance, small) }
                #expect(statuses == [200, 200])
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for answer in answers { #expect(answer.status == 201, "\(answer.text)") }
        }
        // The small requests alone are answered with 200: they are logged before the last giant is.
        #expect(instance.log.split(separator: "status=200").last?.contains("status=201") == true)
        #expect(growth > Self.giants[0].held / 2, "there was little to bound")
        // Two giants at once exceed the budget, and so does one giant with a decoded copy.
        #expect(try growth < Self.budget(of: instance))
    }

    /// Runs `body`, and returns the maximum growth of the memory of the server and its decoders in bytes.
    private static func growth(of instance: Instance, while body: () async throws -> Void) async throws -> Int {
        let template = try #require(instance.portraitd.template)
        let before = instance.portraitd.shareOfMemory(withCopiesOf: template)
        let isOver = StopFlag()
        let peak = Background {
            var peak = 0
            waitUntil(within: .seconds(600)) {
                peak = max(peak, instance.portraitd.shareOfMemory(withCopiesOf: template))
                return isOver.isRaised
            }
            return peak
        }
        do {
            defer { isOver.raise() }
            try await body()
        }
        return try (peak.value() - before) * 1024
    }

    /// The bytes that uploads and decoding may take together.
    private static func budget(of instance: Instance) throws -> Int {
        try instance.curl("/metrics").text.split(separator: "\n")
            .filter { $0.hasPrefix("portraitd_memory_budget_bytes{") }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
            .reduce(0) { $0 + Int($1) }
    }

    private static func sendSmallRequests(to instance: Instance, _ token: String) throws -> [Int] {
        [
            try instance.curl("/me/profileimage", token: token).status,
            try instance.put(Photograph.small(turn: 1), token: token).status,
        ]
    }

    @Test func `an upload without free memory waits, then gets 503 with Retry-After`() async throws {
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

    @Test func `an upload larger than the budget is refused at once`() throws {
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
        let picture = try Giant.padded(Photograph.small(), to: 10_000_000)
        try picture.write(to: URL(filePath: file))
        let token = try instance.token("alice")
        #expect(try instance.put(Photograph.small(), token: token).status == 201)
        let growth = try Self.serverGrowth(of: instance) {
            let answer = try instance.curl(
                "/me/profileimage",
                token: token,
                "--request",
                "PUT",
                "--form",
                "file=@\(file)"
            )
            #expect(answer.status == 200, "\(answer.text)")
        }
        // The form, a copy of the picture for the decoder, and half a picture for everything else.
        #expect(growth < picture.count * 5 / 2)
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
        let picture = try Giant.padded(Photograph.small(), to: 10_000_000)
        let growth = try Self.serverGrowth(of: instance) {
            // Also with each slash escaped, as PHP writes it.
            for turn in ["/", #"\/"#] {
                let answer = try call(picture, turn)
                #expect(answer.status == 200, "\(answer.text)")
            }
        }
        // The text, which is a third longer than the picture, a copy of the picture for the decoder, and two thirds of
        // a picture for everything else.
        #expect(growth < picture.count * 3)
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
        let picture = try Giant.padded(Photograph.small(), to: 10_000_000)
        let growth = try Self.serverGrowth(of: instance) {
            let answer = try post(picture)
            #expect(answer.status == 200, "\(answer.text)")
        }
        // The text, which is a third longer than the picture, a copy of the picture for the decoder, and two thirds of
        // a picture for everything else.
        #expect(growth < picture.count * 3)
    }

    /// Runs `body`, and returns the growth of the server's peak memory in bytes, without its decoders.
    private static func serverGrowth(of instance: Instance, while body: () throws -> Void) throws -> Int {
        let before = instance.portraitd.peakMemory
        try body()
        return (instance.portraitd.peakMemory - before) * 1024
    }
}
