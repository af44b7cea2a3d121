import Configuration
import Foundation
import HTTPTypes
import Imaging
import ProfileImages
@testable import Server
import Storage
import Testing
import Worker

/// The Profile Service's calls, in the order of docs/dialects/profile-service.md.
@Suite struct ProfileServiceTests {
    private static let subscriptionKey = HTTPField.Name("Ocp-Apim-Subscription-Key")
    private let app: TestApplication
    private let alice = HTTPFields.user("alice")

    init() async throws {
        app = try await TestApplication([
            "PORTRAITD_DIALECTS": "profile-service", "PORTRAITD_KEEP_REPLACED": "10", "PORTRAITD_SIDES": "64,256",
        ])
    }

    private func get(_ path: String, _ fields: HTTPFields? = nil) throws -> Response {
        try app.send(.get, "/profile\(path)", fields ?? alice)
    }

    /// Posts a file in a form, as documented.
    private func post(
        _ picture: [UInt8] = TestPicture.gif(),
        _ query: String = "?AdditionalType=ProfileImage",
        fields: [(String, String)] = [],
        file: String = "file",
        by user: HTTPFields? = nil
    ) throws -> Response {
        let parts = fields.map { ($0.0, String?.none, Array($0.1.utf8)) } + [(file, "profile.gif", picture)]
        return try app.send(
            .post,
            "/profile/media\(query)",
            (user ?? alice).with(.contentType, TestForm.contentType).with(.accept, "application/json"),
            body: TestForm.body(parts)
        )
    }

    private func identifier(_ response: Response) throws -> String {
        try #require(try response.object["identifier"] as? String)
    }

    @Test("P1 GET /me/profileimage is Base64 of the picture's thumbnail")
    func base64() throws {
        _ = try post()
        let answer = try get("/me/profileimage")
        #expect(answer.status == .ok)
        #expect(answer.headerFields[.contentType] == "text/plain; charset=us-ascii")
        let bytes = try #require(Data(base64Encoded: Data(answer.body)))
        #expect(try ImageHeader.read(Array(bytes)).width == 64)
        #expect(try get("/me/profileimage", [:]).status == .unauthorized)
        let tag = try #require(answer.headerFields[.eTag])
        #expect(try get("/me/profileimage", alice.with(.ifNoneMatch, tag)).status == .notModified)
        #expect(try get("/me/profileimage", alice.with(.accept, "application/json")).object["userId"] != nil)
        // At the root, portraitd's own API returns the whole picture.
        let own = try app.send(.get, "/me/profileimage", alice)
        #expect(try ImageHeader.read(Array(#require(Data(base64Encoded: Data(own.body))))).width == 256)
    }

    @Test("P2 DELETE /me/profileimage is 204, and 204 again")
    func delete() throws {
        _ = try post()
        for _ in 1...2 {
            let answer = try app.send(.delete, "/profile/me/profileimage", alice)
            #expect(answer.status == .noContent)
            #expect(answer.body.isEmpty)
        }
        #expect(try get("/me/profileimage").status == .notFound)
    }

    @Test("P3 profileImage is present only while there is an image")
    func person() throws {
        #expect(try get("/me").object["profileImage"] == nil)
        #expect(try get("/me").object["hasProfileImage"] as? Bool == false)
        let id = try identifier(post())
        #expect(try get("/me").object["profileImage"] as? String == id)
        #expect(try get("/me").object["hasProfileImage"] as? Bool == true)
    }

    @Test("P4 notifications contain the whole person")
    func notifications() throws {
        let id = try identifier(post())
        let event = try #require(try app.metadata.read { try $0.events(after: 0, limit: 10) }.last)
        let data = try JSONEncoder().encode(
            ProfileNotification(
                event,
                urls: PictureURLs(
                    base: "https://images.test",
                    defaultImage: DefaultImage(.none, side: 0),
                    pseudonyms: .unkeyed
                )
            )
        )
        let message = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])
        #expect(message["properties"]?["EntityName"] as? String == "Person")
        #expect(message["properties"]?["EventTrigger"] as? String == "Update")
        #expect(message["properties"]?["ProfileId"] as? String == "alice")
        #expect(message["body"]?["profileImage"] as? String == id)
        let person = try get("/me").object
        #expect(Set(try #require(message["body"]).keys) == Set(person.keys))
    }

    @Test("P5 a profile image is a media item like any other")
    func media() throws {
        let answer = try post()
        #expect(answer.status == .ok)
        let item = try answer.object
        let id = try identifier(answer)
        let url = "https://images.test/profile/media/\(id)"
        let expected = [
            "@id": url, "identifier": id, "additionalType": "ProfileImage", "name": "profile.gif",
            "encodingFormat": "image/jpeg", "thumbnailUrl": "\(url)/thumbnail", "contentUrl": "\(url)/base64",
            "downloadUrl": "\(url)/download",
        ]
        for (name, value) in expected { #expect(item[name] as? String == value) }
        #expect(try get("/media").objects.first?["identifier"] as? String == id)
        #expect(try get("/media/\(id)").object["@id"] as? String == url)
    }

    @Test("P6 there is one active image after any number of parallel posts")
    func oneActive() async throws {
        let statuses = await withTaskGroup(of: Int?.self) { group in
            for red in 0..<8 { group.addTask { try? post(TestPicture.gif(red: UInt8(red))).status.code } }
            return await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 200, count: 8))
        let media = try get("/media").objects
        #expect(media.count == 8)
        #expect(media.filter { $0["isActive"] as? Bool == true }.count == 1)
    }

    @Test("P7 a new image replaces the active one")
    func replaced() throws {
        _ = try post(TestPicture.gif(red: 255))
        let red = try get("/me/profileimage").body
        _ = try post(TestPicture.gif(red: 0))
        #expect(try get("/me/profileimage").body != red)
    }

    @Test("P8 the replaced image stays in the list and can be downloaded")
    func listed() throws {
        let first = try identifier(post())
        let second = try identifier(post())
        #expect(try get("/media").objects.map { $0["identifier"] as? String } == [second, first])
        #expect(try get("/media/\(first)/download").headerFields[.xAccelRedirect] != nil)
        #expect(try get("/media/\(first)").object["isActive"] as? Bool == false)
    }

    @Test("P9 an item has a content, a thumbnail and a file, and can be deleted")
    func item() throws {
        let id = try identifier(post())
        for (part, side) in [("base64", 256), ("thumbnail", 64)] {
            let answer = try get("/media/\(id)/\(part)")
            #expect(answer.headerFields[.contentType] == "text/plain; charset=us-ascii")
            #expect(try ImageHeader.read(Array(#require(Data(base64Encoded: Data(answer.body))))).width == side)
        }
        let file = try get("/media/\(id)/download")
        #expect(file.headerFields[.contentType] == "application/octet-stream")
        #expect(try app.send(.delete, "/profile/media/\(id)", alice).status == .noContent)
        #expect(try get("/media/\(id)").status == .notFound)
    }

    @Test("P10 the documented calls work as printed, with or without a subscription key")
    func printed() throws {
        _ = try post()
        let key = try #require(Self.subscriptionKey)
        for fields in [alice, alice.with(key, "0123456789abcdef")] {
            #expect(try get("/me/profileimage", fields).status == .ok)
            #expect(try get("/me/profileimage?subscription-key=0123456789abcdef", fields).status == .ok)
        }
        #expect(try app.send(.delete, "/profile/me/profileimage", alice.with(key, "x")).status == .noContent)
    }

    @Test("P11 after a deletion profileImage is missing until a new image is set")
    func restored() throws {
        _ = try post()
        _ = try app.send(.delete, "/profile/me/profileimage", alice)
        #expect(try get("/me").object["profileImage"] == nil)
        let id = try identifier(post())
        #expect(try get("/me").object["profileImage"] as? String == id)
    }

    @Test("P12 set, replace and remove are distinct events in order")
    func subscribers() throws {
        _ = try post()
        _ = try post()
        _ = try app.send(.delete, "/profile/me/profileimage", alice)
        let events = try app.metadata.read { try $0.events(after: 0, limit: 10) }.suffix(3)
        #expect(events.map(\.kind) == [.imageSet, .imageReplaced, .imageRemoved])
        let images = events.map { $0.profile?.image?.id }
        #expect(images[0] != nil && images[1] != nil && images[0] != images[1])
        #expect(images[2] == nil)
    }

    @Test("P13 the type is in the query or the form, the file in any field")
    func spellings() throws {
        for query in ["?AdditionalType=ProfileImage", "?additionaltype=ProfileImage", "?additionalType=ProfileImage"] {
            #expect(try post(TestPicture.gif(), query).status == .ok)
        }
        let answer = try post(TestPicture.gif(), "", fields: [("additionalType", "ProfileImage"), ("name", "me.jpg")])
        #expect(try answer.object["name"] as? String == "me.jpg")
        #expect(try post(TestPicture.gif(), file: "upload").status == .ok)
    }

    @Test("P14 the answer to a post is JSON")
    func json() throws {
        #expect(try post().headerFields[.contentType] == "application/json")
    }

    @Test("P15 other media never change the active image")
    func otherMedia() throws {
        let id = try identifier(post())
        for type in ["SupportingDocument", "TravelerProfileImage", "Scan"] {
            let answer = try post(Array("%PDF-1.7".utf8), "?AdditionalType=\(type)")
            #expect(answer.status == .ok)
            #expect(try answer.object["additionalType"] as? String == type)
            _ = try app.send(.delete, "/profile/media/\(identifier(answer))", alice)
        }
        #expect(try get("/me").object["profileImage"] as? String == id)
    }

    @Test("P16 only the exact word counts", arguments: ["profileimage", "profileImage", "ProfileImages"])
    func misspelt(_ type: String) throws {
        #expect(try post(TestPicture.gif(), "?AdditionalType=\(type)").status == .badRequest)
        #expect(try get("/media").objects.isEmpty)
    }

    @Test("P17 the new item is active, the old one is listed")
    func active() throws {
        let ids = [try identifier(post()), try identifier(post())]
        let isActive = try ids.map { try get("/media/\($0)").object["isActive"] as? Bool }
        #expect(isActive == [false, true])
    }

    @Test("P18 deleting the active item removes the image")
    func activeDeleted() throws {
        let id = try identifier(post())
        #expect(try app.send(.delete, "/profile/media/\(id)", alice).status == .noContent)
        #expect(try get("/me").object["profileImage"] == nil)
        #expect(try get("/me/profileimage").status == .notFound)
    }

    @Test("P19 without an image the property is missing")
    func missing() throws {
        #expect(try get("/me").object["profileImage"] == nil)
    }

    @Test("P20 the file itself can be downloaded")
    func binary() throws {
        let id = try identifier(post())
        let file = try #require(try get("/media/\(id)/download").headerFields[.xAccelRedirect])
        #expect(file.hasSuffix("256.jpg"))
    }

    @Test("P21 the list and the events show a replaced image")
    func unexpected() throws {
        let first = try identifier(post())
        let second = try identifier(post())
        #expect(try app.metadata.read { try $0.events(after: 0, limit: 10) }.last?.kind == .imageReplaced)
        #expect(try get("/media").objects.map { $0["identifier"] as? String } == [second, first])
    }

    @Test("P22 without a valid token a call is 401, and another user's item is 404")
    func permissions() throws {
        let id = try identifier(post())
        for path in [
            "/me", "/me/profileimage", "/media", "/media/\(id)", "/media/\(id)/base64", "/media/\(id)/download",
        ] {
            #expect(try get(path, [:]).status == .unauthorized)
            #expect(try get(path, .bearer("x.y.z")).status == .unauthorized)
        }
        for path in ["", "/base64", "/thumbnail", "/download"] {
            #expect(try get("/media/\(id)\(path)", .user("bob")).status == .notFound)
        }
        #expect(try app.send(.delete, "/profile/media/\(id)", .user("bob")).status == .notFound)
        #expect(try get("/me").object["profileImage"] as? String == id)
    }

    @Test func `the person has the claims of OpenID Connect under schema.org's names`() throws {
        let claims = [
            "middle_name": ("additionalName", "Maria"), "nickname": ("alternateName", "al"),
            "gender": ("gender", "female"),
            "birthdate": ("birthDate", "1990-01-31"), "locale": ("preferredLanguage", "de-CH"),
            "phone_number": ("telephone", "+41440000000"),
        ]
        let body = try JSONSerialization.data(withJSONObject: [
            "email": "a@example.com", "emailVerified": true, "claims": claims.mapValues(\.1),
        ])
        _ = try app.send(.patch, "/users/alice", .user("root", scope: "admin"), body: Array(body))
        let person = try get("/me").object
        for (name, value) in claims.values { #expect(person[name] as? String == value) }
        #expect(person["hasVerifiedEmail"] as? Bool == true)
        #expect(try get("/me", .user("bob")).object["hasVerifiedEmail"] as? Bool == false)
        #expect(try get("/me", .user("bob")).object["gender"] == nil)
        let named = try app.send(.patch, "/profile/me", alice, body: Array(#"{"givenName":"Al"}"#.utf8)).object
        #expect(named["telephone"] as? String == "+41440000000")
        #expect(named["givenName"] as? String == "Al")
        #expect(try app.send(.get, "/me", alice).object["telephone"] == nil)
    }

    @Test func `a guest's token is in the field ProfileToken`() throws {
        let name = try #require(HTTPField.Name("ProfileToken"))
        let token = TestToken.hs256(TestToken.claims(sub: "guest"))
        #expect(try get("/me", [name: token]).object["profileId"] as? String == "guest")
        #expect(try get("/me", [name: "x"]).status == .unauthorized)
        // With both fields, the Authorization field decides.
        #expect(try get("/me", HTTPFields.bearer("x").with(name, token)).status == .unauthorized)
        #expect(try app.send(.get, "/me", [name: token]).status == .unauthorized)
    }

    @Test func `the path is a setting, and pages may send the service's fields`() async throws {
        let app = try await TestApplication([
            "PORTRAITD_DIALECTS": "profile-service", "PORTRAITD_PROFILE_SERVICE_PATH": "/test/profile",
            "PORTRAITD_CORS_ORIGINS": "*",
        ])
        #expect(try app.send(.get, "/test/profile/me", alice).status == .ok)
        for path in ["/test/profile", "/test/profile/users", "/profile/me", "/test/profile/limits", "/test/me"] {
            #expect(try app.send(.get, path, alice).status == .notFound, "\(path)")
        }
        let preflight = try app.send(.options, "/test/profile/me", [.origin: "https://a.example"])
        let headers = try #require(preflight.headerFields[.accessControlAllowHeaders])
        for name in ["Authorization", "ProfileToken", "Ocp-Apim-Subscription-Key"] { #expect(headers.contains(name)) }
    }

    @Test(arguments: ["/", "profile", "/a/", "/a b", "//", "/%2F"])
    func `an invalid path ends the start`(_ path: String) async {
        await #expect(throws: SettingsFaults.self) {
            try await TestApplication(["PORTRAITD_PROFILE_SERVICE_PATH": path])
        }
    }

    @Test func `URLs of media are right below a path that contains media`() async throws {
        let app = try await TestApplication([
            "PORTRAITD_DIALECTS": "profile-service", "PORTRAITD_PROFILE_SERVICE_PATH": "/social/media",
        ])
        let added = try app.send(.post, "/social/media/media?AdditionalType=Page", alice, body: [1, 2, 3])
        #expect(added.status == .ok)
        let item = try #require(try app.send(.get, "/social/media/media", alice).objects.first)
        let url = try #require(item["downloadUrl"] as? String)
        #expect(url.contains("/social/media/media/"))
        let path = try #require(url.split(separator: "images.test").last.map(String.init))
        #expect(try app.send(.get, path, alice).status == .ok)
    }

    @Test func `without the dialect its path is 404`() async throws {
        let app = try await TestApplication()
        #expect(try app.send(.get, "/profile/me", alice).status == .notFound)
    }
}
