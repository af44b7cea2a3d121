import Foundation
import TestSupport
import Testing

/// The commands for many users, and the export of one user.
@Suite struct BulkTests {
    private let instance: Instance

    init() throws {
        instance = try Instance(["PORTRAITD_KEEP_REPLACED": "all"])
    }

    private func portraitd(_ arguments: String..., on other: Instance? = nil) throws -> (status: Int32, output: String)
    {
        let environment = (other ?? instance).environment
        let output = LogFile(path: "\(instance.folder)/\(UUID().uuidString).out")
        let child = try ChildProcess(Project.portraitd, arguments, environment: environment, output: output)
        return (child.wait(), output.text)
    }

    private func makePictures(_ count: Int) throws -> String {
        let folder = "\(instance.folder)/pictures"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for index in 0..<count {
            try Photograph.small(turn: index % 4).write(to: URL(filePath: "\(folder)/user%20\(index).jpg"))
        }
        return folder
    }

    @Test func `the service shows an imported folder at once, and a bad file is named`() throws {
        let folder = try makePictures(4)
        try Data("no picture".utf8).write(to: URL(filePath: "\(folder)/bad.jpg"))
        let (status, output) = try portraitd("import", folder)
        #expect(status == 1)
        #expect(output.contains("refused\tbad.jpg\tunsupported-format\tThe upload is text, not a JPEG"))
        #expect(output.hasSuffix("4 imported, 1 refused\n"))
        for index in 0..<4 {
            let token = try instance.token("user \(index)")
            let answer = try instance.curl("/me/profileimage", token: token, "--header", "Accept: image/*")
            #expect(Photograph.look(at: answer.body).flatMap { Photograph.turn(of: $0.quarters) } == index)
        }
        try FileManager.default.removeItem(atPath: "\(folder)/bad.jpg")
        #expect(try portraitd("import", folder) == (0, "0 imported, 4 here already, 0 refused\n"))
    }

    @Test func `the next import completes a killed one and sets no picture twice`() throws {
        let folder = try makePictures(200)
        // The import is killed at its first picture and twice in the middle.
        for count in [1, 50, 100] {
            let child = try ChildProcess(Project.portraitd, ["import", folder], environment: instance.environment)
            #expect(waitUntil { instance.publicFiles.count >= count })
            child.signal(SIGKILL)
            #expect(child.wait() == -SIGKILL)
        }
        let (status, output) = try portraitd("import", folder)
        #expect(status == 0)
        #expect(output.hasSuffix(", 0 refused\n"))
        #expect(try portraitd("user", "list").output.split(separator: "\n").count == 200)
        let audit = try portraitd("audit", "--json").output
        #expect(audit.components(separatedBy: "\"profileimage.set\"").count == 201)
        #expect(!audit.contains("profileimage.replaced"))
    }

    @Test func `an export is restored unchanged while the service runs`() throws {
        #expect(try portraitd("import", try makePictures(20)).status == 0)
        let token = try instance.token("user 3")
        let picture = try instance.put(Photograph.small(), token: token)
        let file = "\(instance.folder)/document"
        try Data("a document".utf8).write(to: URL(filePath: file))
        let form = ["--form", "file=@\(file)"]
        #expect(try instance.curl("/media?AdditionalType=Passport", token: token, form[0], form[1]).status == 200)
        let folder = "\(instance.folder)/export"
        #expect(try portraitd("export", folder) == (0, "20 users exported, 0 refused\n"))
        #expect(try portraitd("export", folder).status == 1)

        let other = try Instance(["PORTRAITD_KEEP_REPLACED": "all"])
        #expect(try portraitd("import", folder, on: other) == (0, "20 imported, 0 refused\n"))
        let again = "\(instance.folder)/again"
        #expect(try portraitd("export", again, on: other).status == 0)
        #expect(try Project.output("/usr/bin/diff", ["--recursive", folder, again]).isEmpty)
        let path = try #require(URL(string: picture.json["imageUrl"] as? String ?? "")?.path)
        #expect(try other.curl(path).body == instance.curl(path).body)
        let smaller = path.replacing("/512.jpg", with: "/64.webp")
        #expect(try other.curl(smaller).status == 200)
        #expect(try portraitd("import", folder, on: other) == (0, "0 imported, 20 here already, 0 refused\n"))
    }

    @Test func `tar reads a user's archive`() throws {
        let token = try instance.token("alice")
        let picture = try instance.put(Photograph.small(), token: token)
        let file = "\(instance.folder)/document"
        let document = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
        try document.write(to: URL(filePath: file))
        let name = String(repeating: "é", count: 60) + ".pdf"
        let form = ["--form", "file=@\(file)", "--form-string", "name=\(name)"]
        let added = try instance.curl(
            "/media?AdditionalType=Passport",
            token: token,
            form[0],
            form[1],
            form[2],
            form[3]
        )
        let id = try #require(added.json["identifier"] as? String)
        let answer = try instance.curl("/me/export", token: token)
        #expect(answer.status == 200)
        #expect(answer.headers["content-disposition"] == "attachment; filename=\"profile.tar\"")
        let archive = "\(instance.folder)/profile.tar"
        try answer.body.write(to: URL(filePath: archive))
        let folder = "\(instance.folder)/archive"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(try ChildProcess("/usr/bin/tar", ["-xf", archive, "-C", folder]).wait() == 0)
        #expect(try Data(contentsOf: URL(filePath: "\(folder)/documents/\(id)/\(name)")) == document)
        let image = try #require(picture.json["id"] as? String)
        let master = try Data(contentsOf: URL(filePath: "\(folder)/pictures/\(image).jpg"))
        #expect(Photograph.look(at: master)?.width == 512)
        let person = try Data(contentsOf: URL(filePath: "\(folder)/person.json"))
        #expect((try JSONSerialization.jsonObject(with: person) as? [String: Any])?["profileImage"] as? String == image)
        #expect(try instance.curl("/me/export", token: token, "--head").status == 200)
    }

    @Test func `the command line shows, lists and erases a user, with audit rows`() throws {
        #expect(try instance.put(Photograph.small(), token: try instance.token("alice")).status == 201)
        #expect(try portraitd("user", "show", "alice").output.contains("\"profileId\":\"alice\""))
        #expect(try portraitd("user", "list").output.hasPrefix("alice\t"))
        let (status, receipt) = try portraitd("user", "erase", "alice")
        #expect(status == 0)
        let json = try JSONSerialization.jsonObject(with: Data(receipt.utf8)) as? [String: Any]
        #expect((json?["media"] as? [Any])?.count == 1)
        #expect(instance.publicFiles.isEmpty)
        #expect(try portraitd("user", "erase", "alice").status == 1)
        #expect(try portraitd("user", "show", "alice").status == 1)
        let last = try portraitd("audit", "--user", "alice").output.split(separator: "\n").last ?? ""
        #expect(last.contains("\tcommand\tuser erase by ") && last.contains("\tprofile.erased\talice\t"))
        #expect(try portraitd("key", "create", "--scope", "admin").status == 0)
        #expect(try portraitd("audit", "--after", "3").output.contains("\tkey create by "))
    }
}
