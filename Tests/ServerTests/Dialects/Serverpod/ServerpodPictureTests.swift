import Avatars
import Foundation
import HTTPTypes
import Imaging
import ProfileImages
@testable import Server
import Storage
import Testing

/// Pictures that Serverpod's clients send, in the order of docs/dialects/serverpod.md.
@Suite struct ServerpodPictureTests {
    private static let admin = HTTPFields.user("root", scope: "admin")

    /// A picture with edges, in any output format.
    private static func picture(_ format: ImageFormat, side: Int = 300, in app: TestApplication) throws -> [UInt8] {
        try app.services.defaults
            .picture(.retro, initials: Initials(of: ""), seed: "x", side: side, format: format).bytes
    }

    @Test("S2 a picture that is not square is cropped in its middle")
    func crop() async throws {
        let app = try await TestApplication.serverpod()
        let whole = try app.file(at: app.target(app.setUserImage(TestPicture.stripes)))
        _ = try app.send(.put, "/me/profileimage?crop=1,0,1,1", .user("alice"), body: TestPicture.stripes)
        #expect(try whole == app.file(at: app.target(app.call("get"))))
        _ = try app.send(.put, "/me/profileimage?crop=0,0,1,1", .user("alice"), body: TestPicture.stripes)
        #expect(try whole != app.file(at: app.target(app.call("get"))))
        let header = try ImageHeader.read(whole)
        #expect(header.width == header.height)
    }

    @Test("S3 imageUrl is an absolute URL of the picture")
    func url() async throws {
        let app = try await TestApplication.serverpod()
        let answer = try app.setUserImage(TestPicture.gif())
        let url = try #require(URL(string: answer.object["imageUrl"] as? String ?? ""))
        #expect(url.scheme == "https")
        #expect(url.host() == "images.test")
        #expect(try ImageHeader.read(app.file(at: app.target(answer))).format == .jpeg)
    }

    @Test("S14 the URL in the reply serves the new picture at once")
    func newURL() async throws {
        let app = try await TestApplication.serverpod()
        let red = try app.file(at: app.target(app.setUserImage(TestPicture.gif(red: 255))))
        let black = try app.file(at: app.target(app.setUserImage(TestPicture.gif(red: 0))))
        #expect(red != black)
    }

    @Test("S17 bytes arrive in ByteData's text form")
    func byteData() async throws {
        let app = try await TestApplication.serverpod()
        #expect(TestApplication.byteData(TestPicture.gif()).hasPrefix("decode('R0lGODlh"))
        #expect(try app.setUserImage(TestPicture.gif()).status == .ok)
    }

    @Test("S18 a picture is decoded, cropped, resized and stored", arguments: [100, 300])
    func pipeline(_ side: Int) async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_SIDES": "200"])
        let stored = try app.file(at: app.target(app.setUserImage(Self.picture(.png, side: side, in: app))))
        #expect(try ImageHeader.read(stored).width == 200)
    }

    @Test("S19 the stored format does not depend on the uploaded one", arguments: [ImageFormat.jpeg, .png])
    func format(_ stored: ImageFormat) async throws {
        let name = stored == .png ? "png" : "jpeg"
        let app = try await TestApplication.serverpod(["PORTRAITD_FORMATS": name, "PORTRAITD_SIDES": "64"])
        for picture in [
            TestPicture.gif(), try Self.picture(.png, in: app), try Self.picture(.jpeg, in: app),
            try Self.picture(.webp, in: app),
        ] {
            let target = try app.target(app.setUserImage(picture))
            #expect(target.hasSuffix(stored == .png ? ".png" : ".jpg"))
            #expect(try ImageHeader.read(app.file(at: target)).format == stored)
            #expect(try app.send(.get, target).headerFields[.contentType] == "image/\(name)")
        }
    }

    @Test("S20 the sample's picture, a PNG of 512 pixels, is accepted")
    func sample() async throws {
        let app = try await TestApplication.serverpod()
        #expect(try app.setUserImage(Self.picture(.png, side: 512, in: app)).status == .ok)
    }

    @Test("S21 the call after picking returns the model with the URL")
    func upload() async throws {
        let app = try await TestApplication.serverpod()
        let answer = try app.setUserImage(Self.picture(.jpeg, in: app))
        #expect(try app.call("get").body == answer.body)
    }

    @Test("S22 transparent corners get the background in JPEG and stay in PNG")
    func transparency() async throws {
        func stored(_ format: String, background: String) async throws -> [UInt8] {
            let app = try await TestApplication.serverpod([
                "PORTRAITD_FORMATS": format, "PORTRAITD_SIDES": "64", "PORTRAITD_BACKGROUND": background,
            ])
            let disc = try app.services.defaults
                .picture(.initials, initials: Initials(of: "A"), seed: "x", side: 64, format: .png)
            return try app.file(at: app.target(app.setUserImage(disc.bytes)))
        }
        let png = try await stored("png", background: "#ffffff")
        // PNG §11.2.2: the colour type with alpha.
        #expect(png[25] == 6)
        #expect(try await stored("png", background: "#000000") == png)
        let jpeg = try await stored("jpeg", background: "#ffffff")
        #expect(try ImageHeader.read(jpeg).format == .jpeg)
        #expect(try await stored("jpeg", background: "#000000") != jpeg)
    }

    @Test("S25 an invalid picture is a 400, and the old picture stays")
    func corrupt() async throws {
        let app = try await TestApplication.serverpod()
        let before = try app.setUserImage(TestPicture.gif())
        let files = app.publicFiles
        for bytes in [Array(TestPicture.gif().prefix(20)), Array("hello".utf8), TestPicture.bomb, [0xFF, 0xD8, 0xFF]] {
            let answer = try app.setUserImage(bytes)
            #expect(answer.status == .badRequest)
            #expect(!answer.text.isEmpty)
        }
        #expect(try app.call("get").body == before.body)
        #expect(app.publicFiles == files)
    }

    @Test("S31 a removed picture is gone from its URL")
    func removed() async throws {
        let app = try await TestApplication.serverpod()
        let target = try app.target(app.setUserImage(TestPicture.gif()))
        #expect(try app.call("removeUserImage").object["imageUrl"] == nil)
        let gone = try app.send(.get, target)
        #expect(gone.status == .notFound)
        let path = try #require(target.split(separator: "path=").last).replacing("%2F", with: "/")
        #expect(gone.text == "File not found: \(path)")
        #expect(app.publicFiles.isEmpty)
    }

    @Test("S32 after a removal no drawn picture is set")
    func notRestored() async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_DEFAULT_IMAGE_ON_CREATE": "true"])
        #expect(try app.call("get").object["imageUrl"] is String)
        #expect(try app.call("removeUserImage").object["imageUrl"] == nil)
        #expect(try app.call("get").object["imageUrl"] == nil)
    }

    @Test("S33 a setting gives every new user a drawn picture")
    func drawnOnCreation() async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_DEFAULT_IMAGE_ON_CREATE": "true"])
        let target = try app.target(app.call("get"))
        #expect(try app.file(at: target).count > 100)
    }

    @Test("S34 a new picture has a new URL, and the old URL still works")
    func replaced() async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_KEEP_REPLACED": "10"])
        let first = try app.target(app.setUserImage(TestPicture.gif()))
        let second = try app.target(app.setUserImage(TestPicture.gif()))
        #expect(first != second)
        #expect(try app.file(at: first) == app.file(at: second))
    }

    @Test("S35 the largest of PORTRAITD_SIDES is the width and the height", arguments: [256, 512])
    func side(_ side: Int) async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_SIDES": "64,\(side)"])
        let header = try ImageHeader.read(app.file(at: app.target(app.setUserImage(TestPicture.stripes))))
        #expect((header.width, header.height) == (side, side))
    }

    @Test("S36 the first of PORTRAITD_FORMATS is the format", arguments: ["jpeg", "png"])
    func firstFormat(_ name: String) async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_FORMATS": "\(name),webp"])
        #expect(try app.target(app.setUserImage(TestPicture.gif())).hasSuffix(name == "png" ? ".png" : ".jpg"))
    }

    @Test("S37 the quality applies to JPEG and not to PNG", arguments: ["jpeg", "png"])
    func quality(_ format: String) async throws {
        var sizes: [Int] = []
        for quality in ["20", "95"] {
            let app = try await TestApplication.serverpod([
                "PORTRAITD_FORMATS": format, "PORTRAITD_SIDES": "128", "PORTRAITD_JPEG_QUALITY": quality,
            ])
            sizes.append(try app.file(at: app.target(app.setUserImage(Self.picture(.png, in: app)))).count)
        }
        #expect(format == "png" ? sizes[0] == sizes[1] : sizes[0] < sizes[1])
    }

    @Test("S38 a setting selects the style of drawn pictures")
    func generator() async throws {
        var pictures: Set<[UInt8]> = []
        for style in ["initials", "identicon", "retro", "none"] {
            let app = try await TestApplication.serverpod([
                "PORTRAITD_DEFAULT_IMAGE": style,
                "PORTRAITD_DEFAULT_IMAGE_ON_CREATE": style == "none" ? "false" : "true",
            ])
            let answer = try app.call("get")
            guard style != "none" else {
                #expect(try answer.object["imageUrl"] == nil)
                continue
            }
            pictures.insert(try app.file(at: app.target(answer)))
        }
        #expect(pictures.count == 3)
    }

    @Test("S39 the worker fetches a picture from a URL within its limits")
    func fetch() async throws {
        let app = try await TestApplication.serverpod()
        let body = Array(#"{"url":"https://example.com/a.jpg"}"#.utf8)
        #expect(try app.send(.post, "/users/alice/profileimage/import", Self.admin, body: body).status == .accepted)
        let file = Array(#"{"url":"file:///etc/passwd"}"#.utf8)
        #expect(try app.send(.post, "/users/alice/profileimage/import", Self.admin, body: file).status == .badRequest)
    }

    @Test("S40 a new profile has a drawn PNG of 512 pixels at once")
    func sampleConfiguration() async throws {
        let app = try await TestApplication.serverpod([
            "PORTRAITD_SIDES": "512", "PORTRAITD_FORMATS": "png", "PORTRAITD_DEFAULT_IMAGE_ON_CREATE": "true",
        ])
        let target = try app.target(app.call("get", of: "serverpod_auth_core.userProfileInfo"))
        let header = try ImageHeader.read(app.file(at: target))
        #expect((header.width, header.height, header.format) == (512, 512, .png))
    }

    @Test("S41 each user has a drawn picture that never changes")
    func drawn() async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_DEFAULT_IMAGE_ON_CREATE": "true"])
        let picture = { (user: String) in
            _ = try app.call("get", "{}", .user(user))
            _ = try app.send(.post, "/me/profileimage/default", .user(user))
            return try app.file(at: app.target(app.call("get", "{}", .user(user))))
        }
        let alice = try picture("alice")
        #expect(try picture("alice") == alice)
        let others = try (1...5).map { try picture("user\($0)") }
        #expect(others.contains { $0 != alice })
    }

    @Test("S42 every picture is checked and encoded again")
    func checked() async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_SIDES": "64"])
        let stored = try app.file(at: app.target(app.setUserImage(TestPicture.gif() + Array("<script>".utf8))))
        #expect(!String(decoding: stored, as: UTF8.self).contains("<script>"))
        #expect(try app.setUserImage(Array("<script>".utf8)).status == .badRequest)
    }

    @Test("S43 clients may send other formats than JPEG and PNG")
    func otherFormats() async throws {
        let app = try await TestApplication.serverpod()
        for picture in [TestPicture.gif(), try Self.picture(.webp, in: app)] {
            #expect(try app.setUserImage(picture).status == .ok)
        }
    }

    @Test("S46 a provider's picture is used only if the user has none")
    func importAtSignIn() async throws {
        let app = try await TestApplication.serverpod()
        let signIn = Array(#"{"pictureUrl":"https://example.com/a.jpg","name":"A"}"#.utf8)
        _ = try app.setUserImage(TestPicture.gif(), .user("bob"))
        for user in ["alice", "bob"] {
            #expect(try app.send(.put, "/users/\(user)/identities/google", Self.admin, body: signIn).status == .created)
        }
        #expect(try app.send(.get, "/users/alice/profileimage/import", Self.admin).status == .ok)
        #expect(try app.send(.get, "/users/bob/profileimage/import", Self.admin).status == .notFound)
        // The worker fetches the picture: the sign-in neither waits for it nor fails with it.
        #expect(try app.call("get").object["fullName"] as? String == "A")
    }

    @Test("S47 no storage needs to be set up")
    func storage() async throws {
        let app = try await TestApplication.serverpod()
        _ = try app.setUserImage(TestPicture.gif())
        #expect(app.publicFiles.count == 1)
    }

    @Test("S48 the URL has the form of Serverpod's URLs")
    func shape() async throws {
        let app = try await TestApplication.serverpod()
        let id = "97b1c929-842c-415c-a7df-6967efdda160"
        let target = try app.target(app.setUserImage(TestPicture.gif(), .user(id)))
        let name = try #require(
            target.wholeMatch(
                of:
                    /\/serverpod_cloud_storage\?method=file&path=serverpod%2Fuser_images%2F(.{36})-([A-Za-z0-9_-]+)\.jpg/
            )
        )
        #expect(name.1 == id)
        for spelling in [
            target.replacing("%2F", with: "/"), target.replacing("%2F", with: "%2f"),
            target.replacing("method=file&", with: "") + "&method=file",
        ] {
            #expect(try app.file(at: spelling) == app.file(at: target), "\(spelling)")
        }
    }

    @Test func `any other storage path is a 404 text, and a missing method is 400`() async throws {
        let app = try await TestApplication.serverpod()
        let target = try app.target(app.setUserImage(TestPicture.gif()))
        let user = try #require(UserID(rawValue: "alice"))
        let id = try #require(try app.metadata.read { try $0.image(of: user) }).id.rawValue
        for path in [
            "", "x", "serverpod/user_images/", "serverpod/user_images/\(id)_512.jpg", "../../etc/passwd",
            "serverpod/user_images/\(String(repeating: "x", count: 35))-\(id)_512.jpg",
            "serverpod/user_images/\(String(repeating: "x", count: 36))-\(id)_512",
            "serverpod/user_images/\(String(repeating: "x", count: 36))-\(id)_512.jpg_",
            "serverpod/user_images/\(String(repeating: "x", count: 36))-\(id).jpg",
        ] {
            let answer = try app.send(.get, "/serverpod_cloud_storage?method=file&path=\(path)")
            #expect(answer.status == .notFound)
            #expect(answer.text == "File not found: \(path)")
        }
        for query in ["", "?path=x", "?method=upload&path=x"] {
            #expect(try app.send(.get, "/serverpod_cloud_storage\(query)").status == .badRequest)
        }
        #expect(try app.send(.post, target).status == .methodNotAllowed)
    }

    @Test func `a URL works after the sides and formats have changed`() async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_SIDES": "64,128", "PORTRAITD_FORMATS": "png"])
        let target = try app.target(app.setUserImage(TestPicture.gif()))
        #expect(target.hasSuffix("_128.png"))
        for (other, side) in [("_512.png", 128), ("_100.png", 128), ("_32.jpg", 64), ("_128.webp", 128)] {
            let header = try ImageHeader.read(app.file(at: target.replacing("_128.png", with: other)))
            #expect((header.width, header.format) == (side, .png))
        }
    }

    @Test("S49 the URL's base is a setting and independent of the request's host")
    func base() async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_PUBLIC_URL": "http://localhost:8082"])
        let url = try #require(try app.setUserImage(TestPicture.gif()).object["imageUrl"] as? String)
        #expect(url.hasPrefix("http://localhost:8082/serverpod_cloud_storage?"))
    }

    @Test("S50 the URL's base may be another host, and the picture needs no credential")
    func otherHost() async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_PUBLIC_URL": "https://cdn.example.com/p"])
        let url = try #require(try app.setUserImage(TestPicture.gif()).object["imageUrl"] as? String)
        #expect(url.hasPrefix("https://cdn.example.com/p/serverpod_cloud_storage?"))
        #expect(try app.file(at: String(url.dropFirst("https://cdn.example.com/p".count))).count > 100)
    }

    @Test("S51 applications use the API for calls of a Serverpod server")
    func serverSide() async throws {
        let app = try await TestApplication.serverpod()
        let key = APIKeyToken.random()
        try app.metadata.write {
            try $0.addAPIKey(key.stored(name: "", scopes: [.read, .write], createdAt: .now), by: .test)
        }
        let shop = HTTPFields.bearer(key.rawValue)
        let path = "/users/alice/profileimage"
        #expect(try app.send(.put, path, shop, body: TestPicture.gif()).status == .created)
        let url = Array(#"{"url":"https://example.com/a.jpg"}"#.utf8)
        #expect(try app.send(.post, "\(path)/import", shop, body: url).status == .accepted)
        let uploaded = try app.target(app.call("get"))
        #expect(try app.send(.post, "\(path)/default", shop).status == .ok)
        #expect(try app.target(app.call("get")) != uploaded)
        #expect(try app.send(.get, "/users/alice", shop).object["hasProfileImage"] as? Bool == true)
        #expect(try app.send(.delete, path, shop).status == .noContent)
        #expect(try app.call("get").object["imageUrl"] == nil)
    }

    @Test("S56 the answer names the fault of a picture")
    func reason() async throws {
        let app = try await TestApplication.serverpod()
        #expect(try app.setUserImage(Array(TestPicture.gif().prefix(20))).text.contains("damaged"))
        #expect(try app.setUserImage(Array("hello".utf8)).text.contains("JPEG"))
    }

    @Test("S57 PNG has no loss, and a higher quality has less")
    func better() async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_FORMATS": "png", "PORTRAITD_SIDES": "64"])
        let png = try Self.picture(.png, side: 64, in: app)
        #expect(try app.file(at: app.target(app.setUserImage(png))) == png)
    }
}
