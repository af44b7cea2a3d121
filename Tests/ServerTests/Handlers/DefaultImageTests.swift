import Composition
import Configuration
import Foundation
import HTTPTypes
import Imaging
import ProfileImages
@testable import Server
import Storage
import Testing

@Suite struct DefaultImageTests {
    private static let administrator = HTTPFields.user("root", scope: "admin").with(.contentType, "application/json")

    private func put(_ profile: String, in app: TestApplication) throws -> Response {
        try app.send(.put, "/users/ann", Self.administrator, body: Array(profile.utf8))
    }

    private func person(_ response: Response) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any])
    }

    private func events(_ app: TestApplication) throws -> [ProfileEvent.Kind] {
        try app.metadata.read { try $0.events(after: 0, limit: 100) }.map(\.kind)
    }

    @Test func `by default no image is shown`() async throws {
        let app = try await TestApplication()
        #expect(try person(put(#"{"fullName":"Ann Lee"}"#, in: app))["imageUrl"] == nil)
        #expect(
            try app.send(.get, "/users/ann/profileimage", Self.administrator.with(.accept, "image/*")).status
                == .notFound
        )
    }

    @Test func `imageUrl leads to the drawn picture`() async throws {
        let app = try await TestApplication(["PORTRAITD_DEFAULT_IMAGE": "initials", "PORTRAITD_SIDES": "96,200"])
        let ann = try person(put(#"{"fullName":"Ann Lee"}"#, in: app))
        let url = try #require(ann["imageUrl"] as? String)
        #expect(ann["hasProfileImage"] as? Bool == false)
        #expect(ann["profileImage"] == nil)
        #expect(url.hasPrefix("https://images.test/avatar/"))
        #expect(url.hasSuffix("&initials=AL"))
        #expect(!url.contains("ann"))
        let picture = try app.send(.get, String(url.dropFirst("https://images.test".count)))
        #expect(picture.status == .ok)
        #expect(try ImageHeader.read(picture.body).width == 200)
    }

    @Test func `imageUrl encodes every letter completely`() async throws {
        let app = try await TestApplication(["PORTRAITD_DEFAULT_IMAGE": "initials"])
        let url = try #require(person(put(#"{"fullName":"&=? செல்வி"}"#, in: app))["imageUrl"] as? String)
        #expect(url.hasSuffix("&initials=%E0%AE%9A%E0%AF%86"))
        let path = String(url.dropFirst("https://images.test".count))
        let named = path.replacing(/initials=.*/, with: "name=%E0%AE%9A%E0%AF%86")
        #expect(try app.send(.get, path).body == app.send(.get, named).body)
    }

    @Test func `imageUrl may be an external picture`() async throws {
        let app = try await TestApplication(["PORTRAITD_DEFAULT_IMAGE": "https://example.com/nobody.png"])
        #expect(try person(put("{}", in: app))["imageUrl"] as? String == "https://example.com/nobody.png")
        let response = try app.send(.get, "/users/ann/profileimage", Self.administrator.with(.accept, "image/*"))
        #expect(response.status == .found)
        #expect(response.headerFields[.location] == "https://example.com/nobody.png")
    }

    @Test func `a request for a picture gets the drawn one, and no other answer changes`() async throws {
        let app = try await TestApplication(["PORTRAITD_DEFAULT_IMAGE": "identicon"])
        let path = "/me/profileimage"
        let (ann, bob) = (HTTPFields.user("ann"), HTTPFields.user("bob"))
        let response = try app.send(.get, path, ann.with(.accept, "image/webp, image/*"))
        #expect(response.status == .ok)
        #expect(try ImageHeader.read(response.body).width == 512)
        #expect(response.headerFields[.contentType] == "image/jpeg")
        #expect(try app.send(.get, path, bob.with(.accept, "image/*")).body != response.body)
        let tag = try #require(response.headerFields[.eTag])
        #expect(try app.send(.get, path, ann.with(.accept, "image/*").with(.ifNoneMatch, tag)).status == .notModified)
        #expect(try app.send(.get, path, ann.with(.accept, "application/json")).status == .notFound)
        #expect(try app.send(.get, path, ann).status == .notFound)
        #expect(try app.send(.get, "/users/bob/profileimage", ann.with(.accept, "image/*")).status == .forbidden)
    }

    @Test func `POST stores the initials as the user's image`() async throws {
        let app = try await TestApplication()
        _ = try put(#"{"displayName":"Ann Lee"}"#, in: app)
        let first = try app.send(.post, "/me/profileimage/default", .user("ann"))
        #expect(first.status == .created)
        #expect(try person(first)["width"] as? Int == 512)
        #expect(try app.send(.post, "/users/ann/profileimage/default", Self.administrator).status == .ok)
        let ann = try person(app.send(.get, "/users/ann", Self.administrator))
        #expect(ann["hasProfileImage"] as? Bool == true)
        let user = try #require(UserID(rawValue: "ann"))
        let image = try #require(try app.metadata.read { try $0.image(of: user) })
        #expect(image.source == .generated)
        #expect(image.masterFormat == .png)
        #expect(try Array(events(app).suffix(2)) == [.imageSet, .imageReplaced])
    }

    @Test func `POST checks preconditions and scopes`() async throws {
        let app = try await TestApplication()
        let path = "/me/profileimage/default"
        #expect(try app.send(.post, path).status == .unauthorized)
        #expect(try app.send(.post, path, .user("ann", scope: "profile:read")).status == .forbidden)
        #expect(try app.send(.post, "/users/bob/profileimage/default", .user("ann")).status == .forbidden)
        let ifNone = HTTPFields.user("ann").with(.ifNoneMatch, "*")
        #expect(try app.send(.post, path, ifNone).status == .created)
        #expect(try app.send(.post, path, ifNone).status == .preconditionFailed)
        #expect(try app.send(.get, path, .user("ann")).status == .methodNotAllowed)
    }

    @Test func `POST creates no user with explicit profiles`() async throws {
        let app = try await TestApplication(["PORTRAITD_CREATE_PROFILES": "explicit"])
        #expect(try app.send(.post, "/me/profileimage/default", .user("ann")).status == .notFound)
        #expect(app.publicFiles.isEmpty)
    }

    @Test func `a new user has an image at once`() async throws {
        let app = try await TestApplication(["PORTRAITD_DEFAULT_IMAGE_ON_CREATE": "true"])
        let ann = try person(put(#"{"fullName":"Ann Lee"}"#, in: app))
        #expect(ann["hasProfileImage"] as? Bool == true)
        #expect(try events(app) == [.profileCreated, .imageSet])
        #expect(app.publicFiles.count == 1)
        _ = try put(#"{"fullName":"Ann Lou Lee"}"#, in: app)
        #expect(try events(app) == [.profileCreated, .imageSet, .profileUpdated])
        #expect(app.publicFiles.count == 1)
    }

    @Test(arguments: [("GET", "/me"), ("POST", "/media?AdditionalType=Scan"), ("PATCH", "/me")])
    func `any request that creates the user sets an image`(_ method: String, _ path: String) async throws {
        let app = try await TestApplication(["PORTRAITD_DEFAULT_IMAGE_ON_CREATE": "true"])
        let isDocument = path != "/me"
        let response = try app.send(
            try #require(HTTPRequest.Method(method)),
            path,
            .user("ann").with(.contentType, isDocument ? "application/pdf" : "application/json"),
            body: Array((isDocument ? "%PDF" : "{}").utf8)
        )
        #expect(response.status.kind == .successful)
        #expect(try events(app) == [.profileCreated, .imageSet])
        #expect(try person(app.send(.get, "/me", .user("ann")))["hasProfileImage"] as? Bool == true)
    }

    @Test func `a sign-in that creates the user sets an image, which the provider's may replace`()
        async throws
    {
        let app = try await TestApplication(["PORTRAITD_DEFAULT_IMAGE_ON_CREATE": "true"])
        let body = #"{"pictureUrl":"https://example.com/a","name":"Ann Lee"}"#
        let path = "/users/ann/identities/google"
        #expect(try app.send(.put, path, Self.administrator, body: Array(body.utf8)).status == .created)
        #expect(try events(app) == [.profileCreated, .imageSet])
        let ann = try person(app.send(.get, "/users/ann", Self.administrator))
        #expect(ann["fullName"] as? String == "Ann Lee")
        #expect(ann["hasProfileImage"] as? Bool == true)
        #expect(try app.send(.get, "/users/ann/profileimage/import", Self.administrator).status == .ok)
    }

    @Test func `an upload that creates the user is the first image`() async throws {
        let app = try await TestApplication(["PORTRAITD_DEFAULT_IMAGE_ON_CREATE": "true"])
        #expect(try app.send(.put, "/me/profileimage", .user("ann"), body: TestPicture.gif()).status == .created)
        #expect(try events(app) == [.profileCreated, .imageSet])
        #expect(app.publicFiles.count == 1)
    }

    @Test func `a failed creation leaves no user`() async throws {
        let app = try await TestApplication(["PORTRAITD_DEFAULT_IMAGE_ON_CREATE": "true"])
        #expect(try put(#"{"email":"nonsense"}"#, in: app).status == .badRequest)
        #expect(
            try put(#"{"metadata":{"a":"\#(String(repeating: "x", count: 20_000))"}}"#, in: app).status.kind
                == .clientError
        )
        let fields = Self.administrator.with(.ifMatch, "\"r7\"")
        #expect(try app.send(.put, "/users/ann", fields, body: Array("{}".utf8)).status == .preconditionFailed)
        // A file in its place prevents the pictures' folder.
        try FileManager.default.createDirectory(atPath: app.folder, withIntermediateDirectories: true)
        try? FileManager.default.removeItem(atPath: "\(app.folder)/masters")
        try Data().write(to: URL(filePath: "\(app.folder)/masters"))
        #expect(try put("{}", in: app).status.kind == .serverError)
        #expect(try app.send(.get, "/users/ann", Self.administrator).status == .notFound)
        #expect(app.publicFiles.isEmpty)
        #expect(try events(app).isEmpty)
    }

    @Test func `invalid settings are named`() async throws {
        for (key, value) in [
            ("PORTRAITD_DEFAULT_IMAGE", "cat"), ("PORTRAITD_DEFAULT_IMAGE", "ftp://example.com/a"),
            ("PORTRAITD_FONTS", "/nowhere/*.ttf"), ("PORTRAITD_AVATAR_USER_IDS", "yes"),
        ] {
            #expect(throws: SettingsFaults.self, "\(key)") { try Settings(SettingsSource(environment: [key: value])) }
        }
    }

    @Test func `initials are drawn with the fonts of the setting`() async throws {
        let path = "/avatar/x?d=initials&name=A"
        let sans = try await TestApplication(["PORTRAITD_FONTS": "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"])
        let bold = try await TestApplication(["PORTRAITD_FONTS": "/usr/share/fonts/truetype/dejavu/DejaVuSans-B*.ttf"])
        #expect(try sans.send(.get, path).body != bold.send(.get, path).body)
    }
}
