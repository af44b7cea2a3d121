import Configuration
import Foundation
import HTTPTypes
import ProfileImages
@testable import Server
import Storage
import Testing

@Suite struct ProfileAttributeTests {
    private let app: TestApplication
    private let alice = HTTPFields.user("alice")
    private let admin = HTTPFields.user("root", scope: "admin")
    private static let picture = "https://example.com/ann.png"

    init() async throws {
        app = try await TestApplication()
    }

    private func send(_ method: HTTPRequest.Method, _ target: String, _ fields: HTTPFields, _ json: String = "") throws
        -> Response
    {
        try app.send(method, target, fields.with(.contentType, "application/json"), body: Array(json.utf8))
    }

    private func text(_ fields: HTTPFields) throws -> String {
        String(decoding: try send(.get, "/users/alice", fields).body, as: UTF8.self)
    }

    private func imageURL() throws -> String? {
        try send(.get, "/me", alice).object["imageUrl"] as? String
    }

    @Test func `claims of OpenID Connect are set, merged and removed`() throws {
        let first = #"{"claims":{"nickname":"annie","locale":"de-AT","address":{"locality":"Wien","country":"AT"}}}"#
        #expect(try send(.patch, "/me", alice, first).status == .created)
        let second = #"{"claims":{"locale":null,"address":{"country":null,"formatted":"Ring 1\nWien"}}}"#
        #expect(try send(.patch, "/me", alice, second).status == .ok)
        let expected = #""claims":{"address":{"formatted":"Ring 1\nWien","locality":"Wien"},"nickname":"annie"}"#
        #expect(try text(alice).contains(expected))
        #expect(try send(.put, "/me", alice, #"{"claims":{"gender":"female"}}"#).status == .ok)
        #expect(try text(alice).contains(#""claims":{"gender":"female"}"#))
        #expect(try send(.put, "/me", alice, #"{"userName":"ann"}"#).object["claims"] == nil)
    }

    @Test(arguments: [
        (#"{"claims":{"nickname":1}}"#, "/claims/nickname"),
        (#"{"claims":{"nickname":"a\nb"}}"#, "/claims/nickname"),
        (#"{"claims":{"website":"\#(String(repeating: "x", count: 2049))"}}"#, "/claims/website"),
        (#"{"claims":{"a/b":"x"}}"#, "/claims/a~1b"),
        (#"{"claims":{"email":"a@b.c"}}"#, "/claims/email"),
        (#"{"claims":{"address":"Wien"}}"#, "/claims/address"),
        (#"{"claims":{"address":{"town":"Wien"}}}"#, "/claims/address"),
        (#"{"claims":{"address":{"country":1}}}"#, "/claims/address"),
        (#"{"claims":[]}"#, "/claims"),
        (#"{"picture":"ftp://example.com/a.png"}"#, "/picture"),
        (#"{"picture":"data:image/png;base64,AAAA"}"#, "/picture"),
        (#"{"picture":7}"#, "/picture"),
        (#"{"emailVerified":"yes"}"#, "/emailVerified"),
        (#"{"publicMetadata":1}"#, "/publicMetadata"),
        (#"{"publicMetadata":{"a":"\#(String(repeating: "x", count: 17_000))"}}"#, "/publicMetadata"),
        (#"{"privateMetadata":{"a":"\#(String(repeating: "x", count: 17_000))"}}"#, "/privateMetadata"),
        (
            #"{"privateMetadata":\#(String(repeating: #"{"a":"#, count: 17))1\#(String(repeating: "}", count: 17))}"#,
            "/privateMetadata"
        ),
    ])
    func `an invalid member is named and changes nothing`(_ body: String, _ pointer: String) throws {
        _ = try send(.put, "/users/alice", admin, "{}")
        let before = try text(admin)
        let response = try send(.patch, "/users/alice", admin, body)
        #expect(response.problemCode == "bad-member")
        #expect(try response.object["pointer"] as? String == pointer)
        #expect(try text(admin) == before)
    }

    @Test func `users can read public metadata but never private metadata`() throws {
        let body = #"{"metadata":{"a":1},"publicMetadata":{"plan":"gold"},"privateMetadata":{"stripe":"cus_7"}}"#
        #expect(try send(.put, "/users/alice", admin, body).object["privateMetadata"] != nil)
        #expect(try text(admin).contains(#""privateMetadata":{"stripe":"cus_7"}"#))
        #expect(try send(.get, "/users", admin).body.contains("cus_7"))
        #expect(try text(alice).contains(#""publicMetadata":{"plan":"gold"}"#))
        // Private metadata is also absent from the answer to a user's change, from the archive and from events.
        for response in [
            try send(.get, "/me", alice), try send(.patch, "/me", alice, #"{"userName":"ann"}"#),
            try send(.get, "/me/export", alice), try send(.get, "/events", admin),
        ] {
            #expect(response.status == .ok)
            #expect(!response.body.contains("cus_7") && !response.body.contains("privateMetadata"))
        }
        #expect(try send(.get, "/events", admin).body.contains("gold"))
    }

    @Test(arguments: ["publicMetadata", "privateMetadata", "emailVerified", "phoneNumberVerified"])
    func `no setting allows users to change protected members`(_ name: String) async throws {
        let value = name.hasSuffix("Metadata") ? #"{"a":1}"# : "true"
        for method in [HTTPRequest.Method.patch, .put] {
            let refused = try send(method, "/me", alice, "{\"\(name)\":\(value)}")
            #expect(refused.status == .forbidden)
            #expect(try refused.object["pointer"] as? String == "/\(name)")
        }
        await #expect(throws: SettingsFaults.self) { _ = try await TestApplication(["PORTRAITD_SELF_FIELDS": name]) }
    }

    @Test func `a user's PUT keeps members that the user may not change`() throws {
        let body = """
            {"email":"ann@example.com","emailVerified":true,"claims":{"phone_number":"+43 1"},"phoneNumberVerified":true,
             "picture":"\(Self.picture)","publicMetadata":{"b":1},"privateMetadata":{"c":1}}
            """
        _ = try send(.put, "/users/alice", admin, body)
        #expect(try send(.put, "/me", alice, #"{"claims":{"phone_number":"+43 1"}}"#).status == .ok)
        let person = try send(.get, "/users/alice", admin).object
        for name in ["emailVerified", "phoneNumberVerified"] { #expect(person[name] as? Bool == true, "\(name)") }
        for name in ["email", "picture", "publicMetadata", "privateMetadata"] {
            #expect(person[name] != nil, "\(name)")
        }
        let emptied = try send(.put, "/users/alice", admin, "{}").object
        for name in [
            "email", "emailVerified", "claims", "phoneNumberVerified", "picture", "publicMetadata", "privateMetadata",
        ] { #expect(emptied[name] == nil, "\(name)") }
    }

    @Test func `a new address or phone number is not verified`() throws {
        let first =
            #"{"email":"a@example.com","emailVerified":true,"claims":{"phone_number":"1"},"phoneNumberVerified":true}"#
        #expect(try send(.put, "/users/alice", admin, first).object["emailVerified"] as? Bool == true)
        let same = try send(.patch, "/users/alice", admin, #"{"email":"A@example.com","claims":{"locale":"de"}}"#)
            .object
        #expect(same["emailVerified"] as? Bool == true)
        #expect(same["phoneNumberVerified"] as? Bool == true)
        _ = try send(.patch, "/me", alice, #"{"claims":{"phone_number":"2"}}"#)
        let changed = try send(.patch, "/users/alice", admin, #"{"email":"b@example.com"}"#).object
        #expect(changed["emailVerified"] as? Bool == false)
        #expect(changed["phoneNumberVerified"] as? Bool == false)
        let both = try send(.patch, "/users/alice", admin, #"{"emailVerified":true,"email":"c@example.com"}"#).object
        #expect(both["emailVerified"] as? Bool == true)
    }

    @Test func `an external picture is shown until an image is set, chosen or deleted`() throws {
        let name = { try send(.patch, "/users/alice", admin, "{\"picture\":\"\(Self.picture)\"}") }
        let put = { try app.send(.put, "/me/profileimage", alice, body: TestPicture.gif()).object }
        #expect(try name().object["imageUrl"] as? String == Self.picture)
        #expect(try name().object["hasProfileImage"] as? Bool == false)

        let image = try put()
        #expect(try imageURL() == image["imageUrl"] as? String)
        #expect(try name().object["imageUrl"] as? String == Self.picture)
        #expect(try send(.get, "/me", alice).object["profileImage"] as? String == image["id"] as? String)

        let choice = "{\"mediaId\":\"\(try #require(image["id"] as? String))\"}"
        #expect(try send(.put, "/me/profileimage", alice, choice).status == .ok)
        #expect(try send(.get, "/me", alice).object["picture"] == nil)
        #expect(try imageURL() == image["imageUrl"] as? String)

        _ = try name()
        #expect(try app.send(.delete, "/me/profileimage", alice).status == .noContent)
        #expect(try imageURL() == nil)
        _ = try name()
        #expect(try app.send(.delete, "/me/profileimage", alice).status == .noContent)
        #expect(try imageURL() == nil)
        #expect(try app.send(.delete, "/me/profileimage", alice).status == .noContent)
        let events = try app.metadata.read { try $0.events(after: 0, limit: 99) }
        #expect(
            events.map(\.kind) == [
                .profileCreated, .imageSet, .profileUpdated, .imageReplaced, .profileUpdated, .imageRemoved,
                .profileUpdated, .imageRemoved,
            ]
        )
        #expect(events.last?.profile?.attributes.picture == nil)
    }

    @Test func `a sign-in does not replace a chosen external picture`() throws {
        let importURL = "/users/alice/profileimage/import"
        _ = try send(.post, importURL, admin, #"{"url":"https://example.com/old.png"}"#)
        _ = try send(.patch, "/users/alice", admin, "{\"picture\":\"\(Self.picture)\"}")
        #expect(try send(.get, importURL, admin).status == .notFound)
        let identity = #"{"pictureUrl":"https://provider.example/a.png","nickname":"al"}"#
        _ = try send(.put, "/users/alice/identities/google", admin, identity)
        #expect(try send(.get, importURL, admin).status == .notFound)
        let person = try send(.get, "/me", alice).object
        #expect(person["picture"] as? String == Self.picture)
        #expect(person["claims"] as? [String: String] == ["nickname": "al"])
    }
}

extension [UInt8] {
    fileprivate func contains(_ text: String) -> Bool {
        String(decoding: self, as: UTF8.self).contains(text)
    }
}
