import Foundation
import HTTPTypes
import Logging
import ProfileImages
@testable import Server
import Storage
import Testing

/// Serverpod's profile endpoints, in the order of docs/dialects/serverpod.md.
@Suite struct ServerpodProfileTests {
    private static let info = "serverpod_auth_core.userProfileInfo"
    private let app: TestApplication

    init() async throws {
        app = try await .serverpod()
    }

    @Test("S4 userProfileInfo is read-only")
    func info() throws {
        #expect(try app.call("get", of: Self.info).status == .ok)
        for method in ["setUserImage", "removeUserImage", "changeUserName", "changeFullName"] {
            let answer = try app.call(method, #"{"userName":"x"}"#, of: Self.info)
            #expect(answer.status == .badRequest)
            #expect(answer.text == "Method not found in endpoint")
        }
        #expect(try app.call("get", of: Self.info).object["userName"] == nil)
    }

    @Test("S5 the editing endpoint can be disabled or renamed")
    func endpoints() async throws {
        let off = try await TestApplication.serverpod(["PORTRAITD_SERVERPOD_ENDPOINTS": "none"])
        let answer = try off.call("get")
        #expect(answer.status == .notFound)
        #expect(answer.text == "Endpoint not found")
        #expect(answer.headerFields[.contentType] == "text/plain; charset=utf-8")
        let renamed = try await TestApplication.serverpod(["PORTRAITD_SERVERPOD_ENDPOINTS": "me2,account.userProfile"])
        for endpoint in ["me2", "account.userProfile"] {
            #expect(try renamed.call("changeUserName", #"{"userName":"ada"}"#, of: endpoint).status == .ok)
        }
        #expect(try renamed.call("get").text == "Endpoint not found")
        #expect(try renamed.call("get", of: "serverpod_auth_core.other").text == "Endpoint not found")
    }

    @Test("S6 a bearer token identifies the user, with a scheme in any case")
    func signedIn() throws {
        let token = TestToken.hs256(TestToken.claims(sub: "alice"))
        let basic = Data(token.utf8).base64EncodedString()
        for header in ["Bearer \(token)", "bearer \(token)", "Basic \(basic)", "BASIC \(basic)"] {
            #expect(try app.call("get", "{}", [.authorization: header]).status == .ok, "\(header.prefix(8))")
        }
        for header in ["Bearer", "Digest x", "Bearer a b", "Basic !", "Basic é", ""] {
            let answer = try app.call("get", "{}", [.authorization: header])
            #expect(answer.status == .badRequest, "\(header)")
            #expect(answer.text == "Request has invalid \"authorization\" header")
        }
    }

    @Test("S7 the first use or only the application creates a profile")
    func creation() async throws {
        #expect(try app.call("get").status == .ok)
        let explicit = try await TestApplication.serverpod(["PORTRAITD_CREATE_PROFILES": "explicit"])
        #expect(try explicit.call("get").status == .internalServerError)
        let admin = HTTPFields.user("root", scope: "admin")
        #expect(try explicit.send(.put, "/users/alice", admin, body: Array("{}".utf8)).status == .created)
        #expect(try explicit.call("get").status == .ok)
    }

    @Test("S10 get returns the model")
    func get() throws {
        let body = Array(#"{"userName":"ada","fullName":"Ada L","email":" Ada@Example.com "}"#.utf8)
        _ = try app.send(.put, "/users/alice", .user("root", scope: "admin"), body: body)
        let answer = try app.call("get")
        #expect(answer.status == .ok)
        #expect(answer.headerFields[.contentType] == "application/json; charset=utf-8")
        let model = try #require(try answer.object as? [String: String])
        let alice = try #require(UserID(rawValue: "alice"))
        #expect(
            model == [
                "__className__": "serverpod_auth_core.UserProfileModel", "userName": "ada", "fullName": "Ada L",
                "email": "ada@example.com", "authUserId": app.services.pictureURLs.pseudonyms.uuid(of: alice),
            ]
        )
    }

    @Test("S11 setUserImage returns the model with the picture's URL")
    func setUserImage() throws {
        let answer = try app.setUserImage(TestPicture.gif())
        #expect(answer.status == .ok)
        #expect(try answer.object["imageUrl"] is String)
        #expect(try answer.object["__className__"] as? String == "serverpod_auth_core.UserProfileModel")
        #expect(try app.setUserImage(TestPicture.gif(), [:]).status == .unauthorized)
    }

    @Test("S12 removeUserImage returns the model without a URL, also without a picture")
    func removeUserImage() throws {
        _ = try app.setUserImage(TestPicture.gif())
        for _ in 1...2 {
            let answer = try app.call("removeUserImage")
            #expect(answer.status == .ok)
            #expect(try answer.object["imageUrl"] == nil)
        }
        #expect(try app.call("removeUserImage", "{}", [:]).status == .unauthorized)
    }

    @Test("S13 names are set, and removed by null or an absent argument", arguments: ["userName", "fullName"])
    func names(_ name: String) throws {
        let method = "change\(name.prefix(1).uppercased())\(name.dropFirst())"
        for absent in [#"{"\#(name)":null}"#, "{}", #"{"\#(name)":""}"#] {
            #expect(try app.call(method, #"{"\#(name)":"Ada É"}"#).object[name] as? String == "Ada É")
            #expect(try app.call("get").object[name] as? String == "Ada É")
            let answer = try app.call(method, absent)
            #expect(answer.status == .ok)
            #expect(try answer.object[name] == nil)
        }
        #expect(try app.call(method, #"{"\#(name)":5}"#).status == .badRequest)
        #expect(try app.call(method, "{}", [:]).status == .unauthorized)
    }

    @Test("S13 users cannot change fields that the operator's setting excludes", arguments: [true, false])
    func selfFields(_ isTrusted: Bool) async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_SELF_FIELDS": "fullName"])
        let fields = HTTPFields.user("alice", scope: isTrusted ? "admin" : "profile:read profile:write")
        #expect(try app.call("changeUserName", "{}", fields).status == (isTrusted ? .ok : .forbidden))
        #expect(try app.call("changeFullName", "{}", fields).status == .ok)
    }

    @Test("S15 userProfileInfo works while the editing endpoint is off")
    func infoAlone() async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_SERVERPOD_ENDPOINTS": "none"])
        #expect(try app.call("get", of: Self.info).status == .ok)
    }

    @Test("S16 changes can need a scope, and a refusal is the application's exception")
    func editScope() async throws {
        let policy = [
            "PORTRAITD_SERVERPOD_EDIT_SCOPE": "photo.edit",
            "PORTRAITD_SERVERPOD_EDIT_EXCEPTION": "MyForbiddenException",
        ]
        let app = try await TestApplication.serverpod(policy)
        let refused = try app.setUserImage(TestPicture.gif())
        #expect(refused.status == .badRequest)
        #expect(refused.headerFields[.contentType] == "application/json; charset=utf-8")
        #expect(try refused.object["className"] as? String == "MyForbiddenException")
        #expect(
            try (refused.object["data"] as? [String: Any])?["__className__"] as? String == "MyForbiddenException"
        )
        #expect(app.publicFiles.isEmpty)
        for method in ["removeUserImage", "changeUserName", "changeFullName"] {
            #expect(try app.call(method).status == .badRequest)
        }
        #expect(try app.call("get").status == .ok)
        let allowed = HTTPFields.user("alice", scope: "profile:read profile:write photo.edit")
        #expect(try app.setUserImage(TestPicture.gif(), allowed).status == .ok)
    }

    @Test("S16 without an exception of the application a refusal is a 403 without a body")
    func editScopeAlone() async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_SERVERPOD_EDIT_SCOPE": "photo.edit"])
        let refused = try app.setUserImage(TestPicture.gif())
        #expect(refused.status == .forbidden)
        #expect(refused.body.isEmpty)
        let reader = HTTPFields.user("alice", scope: "profile:read")
        #expect(try app.call("get", "{}", reader).status == .ok)
        #expect(try app.call("changeUserName", "{}", reader).status == .forbidden)
    }

    @Test("S23 a call without a sign-in gets a 401 without a body")
    func notSignedIn() throws {
        for fields in [[:], HTTPFields.bearer("x.y.z"), .bearer("portraitd_x_y")] {
            for endpoint in ["userProfile", Self.info] {
                let answer = try app.call("get", "{}", of: endpoint, fields)
                #expect(answer.status == .unauthorized)
                #expect(answer.body.isEmpty)
                #expect(answer.headerFields[.contentType] == nil)
            }
        }
    }

    @Test("S24 without a profile a call fails, and the log names the reason and the user")
    func noProfile() async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_CREATE_PROFILES": "explicit"])
        let answers = [
            try app.call("get"), try app.setUserImage(TestPicture.gif()), try app.call("removeUserImage"),
            try app.call("changeUserName", #"{"userName":"x"}"#), try app.call("get", of: Self.info),
        ]
        for answer in answers {
            #expect(answer.status == .internalServerError)
            #expect(answer.text == "Internal Server Error")
        }
        #expect(app.publicFiles.isEmpty)
        for event in app.log.events {
            #expect(event.metadata?["user.id"] == "alice")
            #expect(event.metadata?["cause"].map { "\($0)" }?.contains("UserProfileNotFoundException") == true)
        }
        #expect(app.log.events.count == answers.count)
    }

    @Test("S27 without a picture there is no imageUrl, for any default image")
    func noImage() async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_DEFAULT_IMAGE": "initials"])
        #expect(try app.call("get").object["imageUrl"] == nil)
    }

    @Test func `an external picture of the profile is shown first`() throws {
        let body = Array(#"{"picture":"https://example.com/a.jpg"}"#.utf8)
        _ = try app.setUserImage(TestPicture.gif())
        _ = try app.send(.patch, "/users/alice", .user("root", scope: "admin"), body: body)
        #expect(try app.call("get").object["imageUrl"] as? String == "https://example.com/a.jpg")
        #expect(try app.call("removeUserImage").object["imageUrl"] == nil)
    }

    @Test("S28 both endpoints return the same model")
    func sameModel() throws {
        _ = try app.setUserImage(TestPicture.gif())
        _ = try app.call("changeUserName", #"{"userName":"ada"}"#)
        let (one, other) = (try app.call("get"), try app.call("get", of: Self.info))
        #expect(one.body == other.body)
        #expect(try one.object.count == 4)
    }

    @Test("S30 only the token decides the user")
    func ownUser() throws {
        let bob = try app.call("changeUserName", #"{"userName":"bob"}"#, .user("bob"))
        let id = try #require(try bob.object["authUserId"] as? String)
        let named = #"{"userName":"eve","authUserId":"\#(id)","userId":"bob","session":{"userId":"bob"}}"#
        #expect(try app.call("changeUserName", named).object["userName"] as? String == "eve")
        #expect(try app.call("get", "{}", .user("bob")).body == bob.body)
        // An application is not a user.
        let key = APIKeyToken.random()
        try app.metadata.write {
            try $0.addAPIKey(key.stored(name: "", scopes: [.read, .write], createdAt: .now), by: .test)
        }
        #expect(try app.call("get", "{}", .bearer(key.rawValue)).status == .forbidden)
    }

    @Test("S54 UserProfileNotFoundException ends when the profile is created")
    func madeBySignIn() async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_CREATE_PROFILES": "explicit"])
        let admin = HTTPFields.user("root", scope: "admin")
        #expect(try app.call("get").status == .internalServerError)
        _ = try app.send(.put, "/users/alice", admin, body: Array("{}".utf8))
        let identity = try app.send(
            .put,
            "/users/alice/identities/google",
            admin,
            body: Array(#"{"name":"Alice A"}"#.utf8)
        )
        #expect(identity.status == .created)
        #expect(try app.call("get").object["fullName"] as? String == "Alice A")
    }
}
