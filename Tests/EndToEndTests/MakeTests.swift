import Foundation
import TestSupport
import Testing

/// The targets of the Makefile, with the program of the tests instead of a release build.
@Suite struct MakeTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func command(_ target: String, _ variables: String...) -> [String] {
        ["/usr/bin/make", "-s", "-C", Project.root, "-o", Project.portraitd, target, "build=\(Project.portraitd)"]
            + variables
    }

    private func make(_ target: String, _ variables: String...) throws -> String {
        let command = command(target) + variables
        return try Project.output(command[0], Array(command.dropFirst()), environment: ["STATE": folder.path])
    }

    @Test func `make run accepts the tokens of make token and the keys of make key`() throws {
        let instance = try RunScript(state: folder.path, port: Project.freePort(), command: command("run"))
        let picture = try Photograph.small(side: 64)
        func status(_ path: String, _ credential: String, upload: Data? = nil) throws -> Int {
            try Curl.send(["--header", "Authorization: Bearer \(credential)", instance.url + path], upload: upload)
                .status
        }
        let token = try make("token", "USER=al\"i `ce")
        #expect(try status("/me/profileimage", token, upload: picture) == 201)
        #expect(try status("/users/al%22i%20%60ce/profileimage", token) == 200)
        let reader = try make("token", "USER=bob", "SCOPE=profile:read")
        #expect(try status("/me/profileimage", reader, upload: picture) == 403)
        let key = try make("key", "SCOPE=admin", "NAME=the \"shop\"")
        #expect(try status("/users/bob/profileimage", key, upload: picture) == 201)

        let (_, left) = instance.stop(by: SIGTERM)
        #expect(left.isEmpty)
        #expect(try Curl.send(["\(instance.url)/limits"]).status == 0)
    }
}
