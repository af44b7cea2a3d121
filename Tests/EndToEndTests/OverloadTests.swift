import Foundation
import TestSupport
import Testing

@Suite struct OverloadTests {
    @Test func `a crowd of uploads is refused at once, to come again, and reads go on`() throws {
        // Nobody is refused for having waited: the test is over before.
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
