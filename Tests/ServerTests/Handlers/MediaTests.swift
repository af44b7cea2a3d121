import Foundation
import HTTPTypes
import ProfileImages
@testable import Server
import Storage
import Testing

@Suite struct MediaTests {
    private let app: TestApplication
    private let alice = HTTPFields.user("alice")
    private let admin = HTTPFields.user("root", scope: "admin")

    init() async throws {
        app = try await TestApplication([
            "PORTRAITD_KEEP_REPLACED": "all", "PORTRAITD_MAX_DOCUMENTS": "2", "PORTRAITD_MAX_DOCUMENT_BYTES": "2000",
            "PORTRAITD_SIDES": "16,32",
        ])
    }

    private func post(
        _ query: String = "?AdditionalType=ProfileImage",
        _ content: [UInt8] = TestPicture.gif(),
        filename: String? = "me.gif",
        more: [(name: String, filename: String?, content: [UInt8])] = [],
        to path: String = "/media"
    ) throws -> Response {
        let body = TestForm.body([("file", filename, content)] + more)
        let fields = (path.hasPrefix("/users") ? admin : alice).with(.contentType, TestForm.contentType)
        return try app.send(.post, path + query, fields, body: body)
    }

    private func media() throws -> [[String: Any]] {
        try app.send(.get, "/media", alice).objects
    }

    private func current() throws -> String? {
        try app.send(.get, "/me", alice).object["profileImage"] as? String
    }

    @Test func `a posted picture becomes current, and the previous one stays listed`() throws {
        let first = try post()
        #expect(first.status == .ok)
        let id = try #require(try first.object["identifier"] as? String)
        #expect(try current() == id)
        #expect(try first.object["name"] as? String == "me.gif")
        #expect(try first.object["@id"] as? String == "https://images.test/media/\(id)")
        #expect(try first.object["encodingFormat"] as? String == "image/jpeg")
        #expect(try first.object["thumbnailUrl"] as? String == "https://images.test/media/\(id)/thumbnail")
        let second = try #require(
            try post("", more: [("additionalType", nil, Array("ProfileImage".utf8)), ("name", nil, Array("new".utf8))])
                .object["identifier"] as? String
        )
        #expect(try current() == second)
        #expect(try media().map { $0["identifier"] as? String } == [second, id])
        #expect(try media().map { $0["isActive"] as? Bool } == [true, false])
        #expect(try media()[0]["name"] as? String == "new")
        #expect(app.publicFiles.count == 2)
        let image = try app.send(.get, "/images/\(id)/16.jpg")
        #expect(image.status == .ok)
    }

    @Test(arguments: ["?AdditionalType=profileimage", "?AdditionalType=ProfilImage", "?AdditionalType=a%20b", ""])
    func `a misspelt or missing type is 400 and stores nothing`(_ query: String) throws {
        #expect(try post(query).status == .badRequest)
        #expect(try media().isEmpty)
        #expect(try current() == nil)
        #expect(app.publicFiles.isEmpty)
    }

    @Test(arguments: ["additionaltype", "ADDITIONALTYPE", "additionalType"])
    func `the case of the parameter's name does not matter`(_ name: String) throws {
        #expect(try post("?\(name)=ProfileImage").status == .ok)
    }

    @Test func `an earlier picture can be made current again`() throws {
        let first = try #require(try post().object["identifier"] as? String)
        let second = try #require(try post().object["identifier"] as? String)
        let json = alice.with(.contentType, "application/json")
        let chosen = try app.send(.put, "/me/profileimage", json, body: Array(#"{"mediaId":"\#(first)"}"#.utf8))
        #expect(chosen.status == .ok)
        #expect(try chosen.object["id"] as? String == first)
        #expect(try current() == first)
        #expect(try media().map { $0["isActive"] as? Bool } == [false, true])
        // The same request with another user's image, an unknown image and an invalid identifier.
        _ = try app.send(.put, "/users/bob/profileimage", admin, body: TestPicture.gif())
        let foreign = try #require(try app.send(.get, "/users/bob", admin).object["profileImage"] as? String)
        for id in [foreign, String(repeating: "0", count: 32)] {
            let body = Array(#"{"mediaId":"\#(id)"}"#.utf8)
            #expect(try app.send(.put, "/me/profileimage", json, body: body).problemCode == "no-media")
        }
        for body in ["{}", #"{"mediaId":"x"}"#, #"{"mediaId":"\#(first)","more":1}"#] {
            #expect(try app.send(.put, "/me/profileimage", json, body: Array(body.utf8)).problemCode == "bad-member")
        }
        let stale = json.with(.ifMatch, "\"\(second)\"")
        let body = Array(#"{"mediaId":"\#(second)"}"#.utf8)
        #expect(try app.send(.put, "/me/profileimage", stale, body: body).status == .preconditionFailed)
        #expect(try current() == first)
    }

    @Test func `deleting the current item leaves the profile without a picture`() throws {
        let first = try #require(try post().object["identifier"] as? String)
        let second = try #require(try post().object["identifier"] as? String)
        #expect(try app.send(.delete, "/media/\(second)", alice).status == .noContent)
        #expect(try current() == nil)
        #expect(try media().map { $0["identifier"] as? String } == [first])
        #expect(app.publicFiles.count == 1)
        #expect(try app.send(.delete, "/media/\(first)", alice).status == .noContent)
        #expect(app.publicFiles.isEmpty)
        #expect(try app.send(.delete, "/media/\(first)", alice).problemCode == "no-media")
    }

    @Test func `documents are private and never change the picture`() throws {
        let picture = try post().object["identifier"] as? String
        let posted = try post("?AdditionalType=Passport", TestPicture.gif(), filename: "/scans/pass \u{7}é.gif")
        #expect(posted.status == .ok)
        let id = try #require(try posted.object["identifier"] as? String)
        #expect(try posted.object["name"] as? String == "pass é.gif")
        #expect(try posted.object["imageUrl"] == nil)
        #expect(try posted.object["encodingFormat"] as? String == "application/octet-stream")
        #expect(try current() == picture)
        #expect(app.publicFiles.count == 1)
        let base64 = try app.send(.get, "/media/\(id)/base64", alice)
        #expect(Data(base64Encoded: Data(base64.body)) == Data(TestPicture.gif()))
        #expect(try app.send(.get, "/media/\(id)/thumbnail", alice).problemCode == "no-thumbnail")
        let download = try app.send(.get, "/media/\(id)/download", alice)
        #expect(
            download.headerFields[.xAccelRedirect] == "/_portraitd/private/documents/\(id.prefix(2))/\(id)/document"
        )
        #expect(download.headerFields[.contentDisposition] == "attachment; filename*=UTF-8''pass%20%C3%A9.gif")
        #expect(download.headerFields[.contentType] == "application/octet-stream")
        #expect(download.body.isEmpty)
        #expect(try app.send(.get, "/images/\(id)/16.jpg").status == .notFound)
        let json = alice.with(.contentType, "application/json")
        #expect(
            try app.send(.put, "/me/profileimage", json, body: Array(#"{"mediaId":"\#(id)"}"#.utf8)).problemCode
                == "no-media"
        )
        #expect(try app.send(.delete, "/media/\(id)", alice).status == .noContent)
        #expect(try current() == picture)
    }

    @Test func `the size and the number of documents are limited`() throws {
        #expect(try post("?AdditionalType=Scan", Array(repeating: 65, count: 2001)).problemCode == "too-many-bytes")
        let inForm = [("additionalType", String?.none, Array("Scan".utf8))]
        #expect(
            try post(
                "",
                Array(repeating: 65, count: 2001),
                more: inForm.map { (name: $0.0, filename: $0.1, content: $0.2) }
            ).problemCode == "too-many-bytes"
        )
        #expect(try post("?AdditionalType=Scan", []).problemCode == "file-missing")
        for _ in 1...2 { #expect(try post("?AdditionalType=Scan", [65]).status == .ok) }
        #expect(try post("?AdditionalType=Scan", [65]).problemCode == "too-many-documents")
        #expect(try media().count == 2)
        let files = FileManager.default.subpaths(atPath: app.folder) ?? []
        #expect(files.filter { $0.hasSuffix("/document") }.count == 2)
    }

    @Test func `the texts and the download of a picture are its variants`() throws {
        let id = try #require(try post().object["identifier"] as? String)
        let text = try app.send(.get, "/media/\(id)/base64", alice)
        #expect(text.headerFields[.contentType] == "text/plain; charset=us-ascii")
        let large = try #require(Data(base64Encoded: Data(text.body)))
        let small = try #require(Data(base64Encoded: Data(app.send(.get, "/media/\(id)/thumbnail", alice).body)))
        let files = try app.publicFiles.sorted().map {
            try Data(contentsOf: URL(filePath: "\(app.folder)/public/\($0)"))
        }
        #expect(files == [small, large])
        let download = try app.send(.get, "/media/\(id)/download", alice)
        #expect(download.headerFields[.xAccelRedirect]?.hasSuffix("\(id)/32.jpg") == true)
        #expect(download.headerFields[.contentDisposition]?.hasPrefix("attachment") == true)
    }

    @Test func `another user's media are 404`() throws {
        let id = try #require(try post().object["identifier"] as? String)
        let bob = HTTPFields.user("bob")
        for path in [
            "/media/\(id)", "/media/\(id)/base64", "/media/\(id)/thumbnail", "/media/\(id)/download", "/media/x",
        ] {
            #expect(try app.send(.get, path, bob).problemCode == "no-media", "\(path)")
        }
        #expect(try app.send(.delete, "/media/\(id)", bob).problemCode == "no-media")
        #expect(try app.send(.get, "/users/alice/media", bob).status == .forbidden)
        #expect(try app.send(.get, "/users/alice/media/\(id)", admin).status == .ok)
        #expect(try app.send(.get, "/media").status == .unauthorized)
        #expect(try app.send(.get, "/media", bob).body == Array("[]".utf8))
    }

    @Test func `an application can post for its users`() throws {
        let posted = try post(to: "/users/a%2Fb/media")
        #expect(posted.status == .ok)
        let id = try #require(try posted.object["identifier"] as? String)
        #expect(try posted.object["@id"] as? String == "https://images.test/users/a%2Fb/media/\(id)")
        #expect(try app.send(.get, "/users/a%2Fb/media/\(id)", admin).object["isActive"] as? Bool == true)
    }

    @Test func `the list comes in pages`() throws {
        let ids = try (0..<5).map { _ in try #require(try post().object["identifier"] as? String) }
        var seen: [String] = []
        var next: String? = "/media?limit=2"
        while let target = next {
            let response = try app.send(.get, target, alice)
            seen += try response.objects.compactMap { $0["identifier"] as? String }
            let link = response.headerFields[HTTPField.Name("Link")!]
            next = link?.firstMatch(of: /<https:\/\/images\.test(.*)>; rel="next"/).map { String($0.1) }
        }
        #expect(Set(seen) == Set(ids))
        #expect(seen.count == 5)
        for query in ["after=x", "limit=0"] {
            #expect(try app.send(.get, "/media?\(query)", alice).status == .badRequest)
        }
    }

    @Test func `exactly one of several parallel posts becomes current`() async throws {
        let statuses = await withTaskGroup(of: Int?.self) { group in
            for red in 0..<10 {
                group.addTask {
                    try? post("?AdditionalType=ProfileImage", TestPicture.gif(red: UInt8(red))).status.code
                }
            }
            return await group.reduce(into: [Int]()) { $0.append($1 ?? 0) }
        }
        #expect(statuses == Array(repeating: 200, count: 10))
        #expect(try media().count == 10)
        #expect(try media().filter { $0["isActive"] as? Bool == true }.count == 1)
    }

    @Test(arguments: [("none", 1), ("1", 2), ("2", 3), ("all", 4), ("30d", 4), ("0d", 1)])
    func `replaced images are kept by the setting`(_ keep: String, _ count: Int) async throws {
        let app = try await TestApplication(["PORTRAITD_KEEP_REPLACED": keep])
        for red in 0..<4 {
            _ = try app.send(.put, "/me/profileimage", alice, body: TestPicture.gif(red: UInt8(red)))
        }
        #expect(try app.send(.get, "/media", alice).objects.count == count)
        #expect(app.publicFiles.count == count)
    }
}
