import Foundation
import TestSupport
import Testing

@Suite struct OverloadTests {
    @Test func `uploads go on while many pictures are drawn`() throws {
        let instance = try Instance(["PORTRAITD_DIALECTS": "clerk"])
        let token = try instance.token("alice")
        let drawn = Background {
            try Project.output(
                "/usr/bin/curl",
                [
                    "--silent", "--parallel", "--parallel-immediate", "--parallel-max", "24", "--output", "/dev/null",
                    "--write-out", "%{http_code}\n", "\(instance.url)/avatar/x.webp?s=2040&d=identicon&name=#[1-72]",
                ]
            )
        }
        let giant = Giant.progressive(width: 3000, height: 2000, sampling: [0x22, 0x11, 0x11])
        for _ in 1...6 {
            let status = try instance.put(giant, token: token).status
            #expect(200...201 ~= status, "\(status)")
        }
        let answers = try drawn.value().split(separator: "\n")
        #expect(answers.count == 72 && answers.contains("200"), "\(answers)")
        #expect(Set(answers).isSubset(of: ["200", "503"]))
    }

    @Test func `too many uploads are refused at once with Retry-After, and reads go on`() throws {
        // No upload is refused after a wait: the test ends earlier.
        let instance = try Instance(["PORTRAITD_WORKERS": "4", "PORTRAITD_MAX_WAIT": "30"])
        let token = try instance.token("alice")
        #expect(try instance.put(Photograph.small(side: 64), token: token).status == 201)
        let file = "\(instance.folder)/upload"
        try Photograph.fromPhone().write(to: URL(filePath: file))
        let uploads = Background {
            try Project.output(
                "/usr/bin/curl",
                [
                    "--silent", "--parallel", "--parallel-immediate", "--parallel-max", "60", "--output", "/dev/null",
                    "--header", "Authorization: Bearer \(token)", "--upload-file", file,
                    "--write-out", "%{http_code} %header{retry-after} %{time_total}\n",
                    "\(instance.url)/me/profileimage#[1-60]",
                ]
            )
        }
        for _ in 0..<20 {
            #expect(try instance.curl("/me", token: token).status == 200)
        }
        let answers = try uploads.value().split(separator: "\n").map { $0.split(separator: " ") }
        #expect(answers.count == 60)
        let refused = answers.filter { $0[0] == "503" }
        #expect(!refused.isEmpty)
        #expect(refused.allSatisfy { $0[1] == "5" })
        #expect(refused.allSatisfy { (Double($0[2]) ?? .infinity) < 20 }, "\(refused)")
        let taken = answers.filter { $0[0] == "200" }
        #expect(!taken.isEmpty)
        #expect(refused.count + taken.count == 60, "\(answers)")
    }
}
