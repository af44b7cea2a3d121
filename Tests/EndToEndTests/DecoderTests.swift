import Crypto
import Foundation
import TestSupport
import Testing

/// The decoder processes of a running service, and pictures that make them fail.
@Suite struct DecoderTests {
    private static let broken = URL(filePath: Project.portraitd).deletingLastPathComponent().appending(
        path: "broken-decoder"
    )
    .path()

    /// A picture with an order for the broken decoder after it.
    private func picture(_ order: String) throws -> Data {
        try Photograph.small() + Data(String(repeating: " ", count: 16).utf8) + Data("!\(order)".utf8)
    }

    private func breaking(_ settings: [String: String] = [:]) throws -> Instance {
        try Instance(["PORTRAITD_DECODER": Self.broken, "PORTRAITD_SIDES": "64"].merging(settings) { $1 })
    }

    @Test func `a decoder failure is a refusal, and the log and the metrics show it`() throws {
        let instance = try breaking()
        let bad = try picture("address")
        let token = try instance.token("alice")
        let answer = try instance.put(bad, token: token)
        #expect(answer.status == 422)
        #expect(answer.json["code"] as? String == "decoder-crashed")
        #expect(!answer.text.contains("SIGSEGV"))
        let digest = SHA256.hash(data: bad).map { String(format: "%02x", $0) }.joined()
        let line = instance.log.split(separator: "\n").last { $0.contains("decoder-crashed") } ?? ""
        #expect(line.contains("JPEG with SHA-256 \(digest)"))
        #expect(line.contains("SIGSEGV"))
        #expect(line.contains("level=info"), "it is the picture's fault")
        let metrics = try instance.curl("/metrics").text
        #expect(metrics.contains(#"portraitd_uploads_total{outcome="refused",reason="decoder-crashed"} 1"#))
        #expect(metrics.contains("portraitd_decoder_templates_started_total 1"))
        #expect(try instance.put(Photograph.small(), token: token).status == 201)
    }

    @Test func `a user who crashes three decoders within a minute is locked out, others are not`() throws {
        let instance = try breaking()
        let (alice, bob) = (try instance.token("alice"), try instance.token("bob"))
        for order in ["open", "trap", "exit"] {
            #expect(try instance.put(picture(order), token: alice).status == 422)
        }
        let answer = try instance.put(Photograph.small(), token: alice)
        #expect(answer.status == 429)
        #expect(answer.json["code"] as? String == "too-many-crashes")
        #expect(Int(answer.headers["retry-after"] ?? "").map { 500...600 ~= $0 } == true)
        #expect(try instance.curl("/me", token: alice).status == 200)
        #expect(try instance.put(Photograph.small(), token: bob).status == 201)
    }

    @Test func `a decoder cannot exceed its memory or time, and the service goes on`() throws {
        let instance = try breaking(["PORTRAITD_MAX_SECONDS": "1"])
        let token = try instance.token("alice")
        let greedy = try instance.put(picture("memory"), token: token)
        #expect(greedy.status == 422)
        #expect(greedy.json["code"] as? String == "too-much-memory")
        let slow = Background { try instance.put(picture("loop"), token: token) }
        #expect(try instance.curl("/healthz").status == 200)
        #expect(try instance.put(Photograph.small(), token: instance.token("bob")).status == 201)
        let answer = try slow.value()
        #expect(answer.status == 422)
        #expect(answer.json["code"] as? String == "too-much-work")
        #expect(answer.json["limit"] as? Int == 1)
    }

    @Test func `pictures are decoded after any decoder process is killed`() throws {
        let instance = try Instance(["PORTRAITD_SIDES": "64"])
        let token = try instance.token("alice")
        for _ in 1...3 {
            for decoder in instance.portraitd.decoders { kill(decoder, SIGKILL) }
            #expect(waitUntil { (try? instance.put(Photograph.small(), token: token).status).map { $0 < 300 } == true })
        }
        #expect(instance.log.contains("the decoders ended, and are started again"))
        #expect(!instance.log.contains("status=500"))
    }

    @Test func `a replaced decoder program has no effect before a restart`() throws {
        let folder = try TemporaryFolder()
        let program = "\(folder.path)/decoder"
        let own = URL(filePath: Project.portraitd).deletingLastPathComponent().appending(path: "portraitd-decoder")
            .path()
        try FileManager.default.copyItem(atPath: own, toPath: program)
        let instance = try Instance(["PORTRAITD_DECODER": program, "PORTRAITD_SIDES": "64"])
        let token = try instance.token("alice")
        // A package manager replaces a program the same way: it renames another file to its name.
        try FileManager.default.copyItem(atPath: "/bin/false", toPath: "\(program).new")
        #expect(unsafe rename("\(program).new", program) == 0)
        #expect(waitUntil { instance.portraitd.decoders.count > 2 })
        for decoder in instance.portraitd.decoders { kill(decoder, SIGKILL) }
        #expect(waitUntil { (try? instance.put(Photograph.small(), token: token).status).map { $0 < 300 } == true })
    }

    @Test func `no decoder outlives the service`() throws {
        for signal in [SIGTERM, SIGKILL] {
            let instance = try Instance()
            #expect(waitUntil { instance.portraitd.decoders.count > 2 })
            let decoders = instance.portraitd.decoders
            instance.portraitd.signal(signal)
            #expect(waitUntil { decoders.allSatisfy { !ChildProcess.isRunning($0) } })
        }
    }

    @Test func `without the decoder program the service does not start and says why`() throws {
        let instance = try Instance()
        let environment = instance.environment.merging(["PORTRAITD_DECODER": "/nowhere/decoder"]) { $1 }
        let log = LogFile(path: "\(instance.folder)/other.log")
        let other = try ChildProcess(Project.portraitd, ["serve"], environment: environment, errorOutput: log)
        #expect(other.wait() == 78)
        #expect(log.text.contains("/nowhere/decoder"))
        #expect(log.text.contains("PORTRAITD_DECODER"))
    }
}
