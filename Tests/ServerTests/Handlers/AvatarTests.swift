import Bytes
import Crypto
import Foundation
import HTTPTypes
import Imaging
import ProfileImages
@testable import Server
import Testing

@Suite struct AvatarTests {
    private let app: TestApplication
    private static let address = "ann@example.com"

    init() async throws {
        app = try await TestApplication()
    }

    @Test func `drawing without a credential has a limited share of the workers`() async throws {
        // With 16 worker threads, two pictures are drawn at a time.
        let app = try await TestApplication([
            "PORTRAITD_MAX_WAIT": "0", "PORTRAITD_WORKERS": "16", "PORTRAITD_DIALECTS": "clerk,auth0",
        ])
        let paths = [
            "/avatar/x?d=identicon", "/avatars/ab.png", ClerkImageURL.ofNobody(initials: "AB", seed: "s", base: ""),
        ]
        let drawing = app.services.drawing
        try drawing.holding(1) {
            try drawing.holding(1) {
                for path in paths {
                    let response = try app.send(.get, path)
                    #expect(response.status == .serviceUnavailable, "\(path)")
                    #expect(response.headerFields[.retryAfter] == "5", "\(path)")
                }
                #expect(
                    try app.send(.put, "/me/profileimage", .user("bob"), body: TestPicture.gif()).status == .created
                )
            }
        }
        for path in paths { #expect(try app.send(.get, path).status == .ok, "\(path)") }
    }

    private static func md5(_ text: String) -> String {
        Insecure.MD5.hash(data: Data(text.utf8)).map(\.hexadecimal).joined()
    }

    private static func sha256(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).map(\.hexadecimal).joined()
    }

    private static var ann: String { md5(address) }
    private static var nobody: String { md5("nobody@example.com") }

    private func get(_ path: String, _ fields: HTTPFields = [:], of app: TestApplication? = nil) throws -> Response {
        try (app ?? self.app).send(.get, "/avatar/\(path)", fields)
    }

    /// Gives Ann a picture.
    @discardableResult
    private func setImage(rating: String = "g", in app: TestApplication? = nil) throws -> Response {
        let app = app ?? self.app
        let administrator = HTTPFields.user("root", scope: "admin")
        let profile = Array(#"{"email":"\#(Self.address)","fullName":"Ann Lee"}"#.utf8)
        _ = try app.send(.put, "/users/ann", administrator.with(.contentType, "application/json"), body: profile)
        return try app.send(.put, "/users/ann/profileimage?rating=\(rating)", administrator, body: TestPicture.gif())
    }

    private func header(_ response: Response) throws -> ImageHeader {
        try ImageHeader.read(response.body)
    }

    @Test func `both digests of an address find the picture, in upper or lower case`() throws {
        try setImage()
        for name in [Self.ann, Self.sha256(Self.address), Self.ann.uppercased()] {
            let response = try get(name)
            #expect(response.status == .ok)
            #expect(response.headerFields[.contentType] == "image/jpeg")
            #expect(try header(response).width == 80)
        }
    }

    @Test(arguments: [
        ("", 80), ("?s=1", 1), ("?s=33", 33), ("?size=200", 200), ("?s=2048", 2048), ("?s=9999", 2048), ("?s=0", 1),
        ("?s=x", 80), ("?s=&size=64", 64),
    ])
    func `a picture has exactly the size that is asked for`(_ query: String, _ side: Int) throws {
        try setImage()
        let image = try header(get(Self.ann + query))
        #expect(image.width == side && image.height == side)
        let drawn = try header(get("\(Self.nobody)?d=mp\(query.replacing("?", with: "&"))"))
        #expect(drawn.width == side && drawn.height == side)
    }

    @Test(arguments: [(".jpg", "image/jpeg"), (".jpeg", "image/jpeg"), (".png", "image/png"), (".webp", "image/webp")])
    func `the extension decides the format`(_ ending: String, _ type: String) throws {
        try setImage()
        for path in ["\(Self.ann)\(ending)?s=40", "\(Self.nobody)\(ending)?s=40&d=identicon"] {
            let response = try get(path)
            #expect(response.headerFields[.contentType] == type)
            #expect(try header(response).format.mediaType == type)
        }
    }

    @Test(arguments: [
        "mp", "mm", "identicon", "monsterid", "wavatar", "retro", "robohash", "blank", "initials", "color",
    ])
    func `a picture is drawn for an unknown digest`(_ style: String) throws {
        let response = try get("\(Self.nobody)?d=\(style)&s=48")
        #expect(response.status == .ok)
        #expect(response.headerFields[.contentType] == "image/png")
        #expect(try header(response).width == 48)
        #expect(try get("\(Self.nobody)?default=\(style)&s=48").body == response.body)
    }

    @Test func `a picture precedes the default unless the default is forced`() throws {
        try setImage()
        let image = try get("\(Self.ann).png?d=identicon")
        let drawn = try get("\(Self.nobody).png?d=identicon")
        #expect(image.body != drawn.body)
        for force in ["f=y", "forcedefault=y", "f=Y"] {
            #expect(try get("\(Self.ann).png?d=identicon&\(force)").body != image.body)
        }
        #expect(try get("\(Self.ann).png?d=identicon&f=n").body == image.body)
        #expect(try get("\(Self.ann)?d=404&f=y").status == .notFound)
    }

    @Test func `an empty name is an unknown user`() throws {
        #expect(try get("?d=mp").status == .ok)
        #expect(try get("?d=404").status == .notFound)
    }

    @Test func `without a default the silhouette is shown`() throws {
        let silhouette = try get("\(Self.nobody)?d=mp")
        for path in [Self.nobody, "\(Self.nobody)?d=strange", "x", "\(Self.nobody)?d=https://evil.example/a.png", ""] {
            #expect(try get(path).body == silhouette.body, "\(path)")
        }
    }

    @Test func `the extension .gif gets the default format`() throws {
        try setImage()
        #expect(try get("\(Self.ann).gif").body == get(Self.ann).body)
        #expect(try get("\(Self.nobody).gif").headerFields[.contentType] == "image/png")
    }

    @Test func `only d=404 gives a 404`() throws {
        for path in ["\(Self.nobody)?d=404", "x?d=404", "\(Self.nobody).jpeg?d=404"] {
            let response = try get(path)
            #expect(response.status == .notFound)
            #expect(response.headerFields[.contentType] == "application/problem+json")
            #expect(response.headerFields[.cacheControl] == "public, max-age=240")
        }
    }

    @Test func `the default image of the setting is shown`() async throws {
        let drawing = try await TestApplication(["PORTRAITD_DEFAULT_IMAGE": "retro"])
        #expect(try get(Self.nobody, of: drawing).body == get("\(Self.nobody)?d=retro").body)
        #expect(try get("\(Self.nobody)?d=404", of: drawing).status == .notFound)
        let linking = try await TestApplication(["PORTRAITD_DEFAULT_IMAGE": "https://example.com/nobody.png"])
        let response = try get(Self.nobody, of: linking)
        #expect(response.status == .found)
        #expect(response.headerFields[.location] == "https://example.com/nobody.png")
    }

    @Test(arguments: [("g", ["g"]), ("pg", ["pg", "r", "x"]), ("r", ["r", "x"]), ("x", ["x"])])
    func `a picture above the requested rating is not shown`(_ rating: String, _ shown: [String]) throws {
        try setImage(rating: rating)
        for asked in ["g", "pg", "r", "x", "X"] {
            let expected: HTTPResponse.Status = shown.contains(asked.lowercased()) || rating == "g" ? .ok : .notFound
            #expect(try get("\(Self.ann)?d=404&r=\(asked)").status == expected, "\(asked)")
            #expect(try get("\(Self.ann)?d=404&rating=\(asked)").status == expected, "\(asked)")
        }
        #expect(try get("\(Self.ann)?d=404").status == (rating == "g" ? .ok : .notFound))
    }

    @Test(arguments: [
        "https://cdn.example.com/a.png", "https%3A%2F%2FCDN.example.com%2Fa.png%3Fx%3D1", "http://cdn.example.com:81/",
    ])
    func `a default URL redirects to an allowed host`(_ url: String) async throws {
        let app = try await TestApplication(["PORTRAITD_AVATAR_REDIRECT_HOSTS": "other.example, cdn.example.com"])
        let response = try get("\(Self.nobody)?d=\(url)", of: app)
        #expect(response.status == .found)
        #expect(response.headerFields[.location] == url.removingPercentEncoding)
    }

    @Test(arguments: [
        "https://evil.example/", "https://cdn.example.com.evil.example/", "https://cdn.example.com@evil.example/",
        "https://evil.example%23cdn.example.com", "//cdn.example.com/", "javascript:alert(1)", "ftp://cdn.example.com/",
        "https://cdn.example.com%0D%0ASet-Cookie:x=1", "https://cdn.example.com%5C@evil.example/", "https://",
        "https://cdn.example.com:x/", "https://[cdn.example.com]/",
    ])
    func `a default URL redirects to no other host`(_ url: String) async throws {
        let app = try await TestApplication(["PORTRAITD_AVATAR_REDIRECT_HOSTS": "cdn.example.com"])
        let response = try get("\(Self.nobody)?d=\(url)", of: app)
        #expect(response.status == .ok)
        #expect(response.headerFields[.location] == nil)
        #expect(try response.body == get("\(Self.nobody)?d=mp", of: app).body)
    }

    @Test func `initials come from the URL, never from an address's owner`() async throws {
        let app = try await TestApplication(["PORTRAITD_DEFAULT_IMAGE": "initials"])
        try setImage(rating: "x", in: app)
        let given = try get("\(Self.ann)?d=initials&name=Bob+Ray", of: app)
        #expect(try get("\(Self.ann)?d=initials&initials=BR", of: app).body == given.body)
        #expect(try get("\(Self.ann)?d=initials&name=Bob%20Ray", of: app).body == given.body)
        let nameless = try get(Self.ann, of: app)
        #expect(nameless.body != given.body)
        #expect(try get("\(Self.ann)?initials=%2E", of: app).body == nameless.body)
        #expect(try get("\(Self.ann)?name=Ann%20Lee", of: app).body != nameless.body)
    }

    @Test func `an answer has validators and cache times`() throws {
        try setImage()
        for path in [Self.ann, "\(Self.nobody)?d=identicon", "\(Self.nobody)?d=initials&name=A"] {
            let response = try get(path)
            let tag = try #require(response.headerFields[.eTag])
            #expect(response.headerFields[.cacheControl] == "public, max-age=240")
            #expect(response.headerFields[.xAccelExpires] == "60")
            let again = try get(path, [.ifNoneMatch: tag])
            #expect(again.status == .notModified)
            #expect(again.body.isEmpty)
            #expect(try get("\(path)\(path.contains("?") ? "&" : "?")s=81").headerFields[.eTag] != tag)
        }
        let before = try get(Self.ann).headerFields[.eTag]
        try setImage()
        #expect(try get(Self.ann).headerFields[.eTag] != before)
    }

    @Test func `HEAD has the fields of GET without the picture`() throws {
        let path = "/avatar/\(Self.nobody)?d=identicon"
        let (get, head) = (try app.send(.get, path), try app.send(.head, path))
        #expect(head.body.isEmpty)
        #expect(head.headerFields == get.headerFields)
    }

    @Test func `a setting disables digests`() async throws {
        let app = try await TestApplication(["PORTRAITD_AVATAR_EMAIL_HASHES": "false"])
        try setImage(in: app)
        #expect(try get("\(Self.ann)?d=404", of: app).status == .notFound)
        #expect(try get("\(Self.ann)?d=mp", of: app).status == .ok)
    }

    @Test func `a setting enables identifiers`() async throws {
        try setImage()
        #expect(try get("ann?d=404").status == .notFound)
        let app = try await TestApplication(["PORTRAITD_AVATAR_USER_IDS": "true"])
        try setImage(rating: "pg", in: app)
        #expect(try get("ann?r=pg", of: app).status == .ok)
        #expect(try get("ann.png?r=pg", of: app).headerFields[.contentType] == "image/png")
        #expect(try get("bob?d=404", of: app).status == .notFound)
        #expect(try get("ann?d=initials", of: app).body == get("ann?d=initials&name=Ann%20Lee", of: app).body)
    }

    @Test func `transparency is kept without an extension`() async throws {
        _ = try app.send(.post, "/users/ann/profileimage/default", .user("root", scope: "admin"))
        let profile = Array(#"{"email":"\#(Self.address)"}"#.utf8)
        let administrator = HTTPFields.user("root", scope: "admin").with(.contentType, "application/json")
        _ = try app.send(.put, "/users/ann", administrator, body: profile)
        #expect(try get(Self.ann).headerFields[.contentType] == "image/png")
        #expect(try get("\(Self.ann).jpg").headerFields[.contentType] == "image/jpeg")
    }

    @Test func `a deleted picture is not found`() throws {
        try setImage()
        _ = try app.send(.delete, "/users/ann", .user("root", scope: "admin"))
        #expect(try get("\(Self.ann)?d=404").status == .notFound)
    }
}
