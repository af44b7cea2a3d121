import Foundation
import Testing

/// Refused uploads and their files.
@Suite struct RefusalTests {
    private static let refusals: [(name: String, upload: Data, status: Int, code: String)] = [
        ("nothing", Data(), 400, "image-missing"),
        ("text", Data("This is no picture.".utf8), 415, "unsupported-format"),
        ("a cut picture", (try? Photograph.small().dropLast(400)) ?? Data(), 422, "corrupt-image"),
        ("too many bytes", Data(count: 10_500_000), 413, "too-many-bytes"),
        ("too many pixels", Giant.webp(width: 10_000, height: 9000), 413, "too-many-pixels"),
        ("too long a strip", Giant.webp(width: 16_000, height: 100), 422, "too-long"),
        (
            "no end mark", Giant.progressive(width: 500, height: 500, sampling: [0x11]).dropLast(2), 422,
            "corrupt-image"
        ),
    ]

    @Test func `no refused upload leaves a file`() throws {
        let instance = try Instance()
        let token = try instance.token("alice")
        #expect(try instance.put(Photograph.small(), token: token).status == 201)
        let before = Self.files(of: instance)
        for (name, upload, status, code) in Self.refusals {
            let answer = try instance.put(upload, token: token)
            #expect(answer.status == status, "\(name): \(answer.text)")
            #expect(answer.json["code"] as? String == code, "\(name): \(answer.text)")
            #expect(Self.files(of: instance) == before, "\(name)")
        }
    }

    @Test func `a codec prints nothing on standard error`() throws {
        let instance = try Instance()
        var upload = try Photograph.avif()
        let data = try #require(upload.range(of: Data("mdat".utf8))).upperBound
        for place in data..<data + 20 { upload[place] = 0xFF }
        let answer = try instance.put(upload, token: instance.token("alice"))
        #expect(answer.json["code"] as? String == "corrupt-image", "\(answer.text)")
        #expect(instance.log.split(separator: "\n").allSatisfy { $0.hasPrefix("<") }, "\(instance.log)")
    }

    /// Every file below the state folder, except nginx's own.
    private static func files(of instance: Instance) -> Set<String> {
        Set((FileManager.default.subpaths(atPath: instance.folder) ?? []).filter { !$0.hasPrefix("nginx") })
    }
}
