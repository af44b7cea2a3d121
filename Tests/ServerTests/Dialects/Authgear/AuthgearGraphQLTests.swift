import Foundation
import HTTPTypes
import ProfileImages
@testable import Server
import Testing

@Suite struct AuthgearGraphQLTests {
    private let client: AuthgearClient

    init() async throws {
        client = try await AuthgearClient()
        try client.makeUser("ann", #"{"fullName":"Ann","email":"ann@example.com","userName":"ann1"}"#)
        try client.makeUser("bob", #"{"fullName":"Bob","claims":{"phone_number":"+431234567"}}"#)
    }

    private func data(_ document: String, _ variables: [String: Any] = [:]) throws -> [String: Any] {
        let answer = try client.query(document, variables)
        #expect(answer.error == nil)
        return try #require(answer["data"] as? [String: Any])
    }

    /// The causes that a refusal names, as `location kind error`.
    private func causes(_ answer: [String: Any]) -> [String] {
        let info = (answer.error?["extensions"] as? [String: Any])?["info"] as? [String: Any]
        return (info?["causes"] as? [[String: Any]] ?? []).map { cause in
            let error = (cause["details"] as? [String: Any])?["error"] as? String
            return [cause["location"], cause["kind"], error].compactMap { $0 as? String }.joined(separator: " ")
        }
    }

    @Test func `node and nodes return users, or null if there is none`() throws {
        let (ann, nobody) = (AuthgearClient.nodeID("ann"), AuthgearClient.nodeID("nobody"))
        let document = """
            query ($ids: [ID!]!, $id: ID!) {
              nodes(ids: $ids) { id __typename }
              node(id: $id) { ...names }
            }
            fragment names on User { formattedName createdAt }
            """
        let data = try data(document, ["ids": [ann, nobody, "x", "VXNlcjo"], "id": ann])
        let nodes = try #require(data["nodes"] as? [Any])
        #expect((nodes.first as? [String: String]) == ["id": ann, "__typename": "User"])
        #expect(nodes.dropFirst().allSatisfy { $0 is NSNull })
        #expect((data["node"] as? [String: String])?["formattedName"] == "Ann")
    }

    @Test func `users are listed in pages or searched by a word`() throws {
        let document = """
            query ($after: String, $word: String) {
              users(first: 1, after: $after, searchKeyword: $word) {
                edges { node { formattedName } } pageInfo { hasNextPage endCursor } totalCount
              }
            }
            """
        func page(_ variables: [String: Any]) throws -> (names: [String], cursor: String?, isLast: Bool, count: Int?) {
            let users = try #require(try data(document, variables)["users"] as? [String: Any])
            let edges = try #require(users["edges"] as? [[String: [String: String]]])
            let info = try #require(users["pageInfo"] as? [String: Any])
            return (
                edges.compactMap { $0["node"]?["formattedName"] }, info["endCursor"] as? String,
                info["hasNextPage"] as? Bool == false, users["totalCount"] as? Int
            )
        }
        let first = try page([:])
        #expect(first.names == ["Ann"])
        #expect(!first.isLast && first.count == 2)
        let second = try page(["after": try #require(first.cursor)])
        #expect(second.names == ["Bob"])
        #expect(second.isLast)
        let found = try page(["word": "bo"])
        #expect(found.names == ["Bob"])
        #expect(found.isLast && found.count == 1)
        #expect(try client.query(document, ["after": "x"]).error?["message"] as? String == "invalid cursor")
        #expect(try client.query("{ users(first: -1) { totalCount } }").reason == "Invalid")
        #expect(try client.query("{ users(sortBy: LAST_LOGIN_AT) { totalCount } }").reason == "Invalid")
    }

    @Test(arguments: [
        ("", ["Ann", "Bob", "cy", "dee"]), ("(first: 2)", ["Ann", "Bob"]), ("(last: 1)", ["dee"]),
        ("(sortDirection: DESC, first: 1)", ["dee"]), ("(first: 0)", []),
        (#"(after: "b2Zmc2V0OjE")"#, ["cy", "dee"]), (#"(before: "b2Zmc2V0OjE")"#, ["Ann"]),
        (#"(last: 2, before: "b2Zmc2V0OjM")"#, ["Bob", "cy"]), (#"(after: "b2Zmc2V0Ojk5")"#, []),
        (#"(after: "b2Zmc2V0OjA", before: "b2Zmc2V0OjA")"#, []),
    ])
    func `Relay's arguments select a part of the users`(_ arguments: String, _ names: [String]) throws {
        try client.makeUser("cy", #"{"fullName":"cy"}"#)
        try client.makeUser("dee", #"{"fullName":"dee"}"#)
        let users = try #require(
            try data("{ users\(arguments) { edges { node { formattedName } } } }")["users"] as? [String: Any]
        )
        let edges = try #require(users["edges"] as? [[String: [String: String]]])
        #expect(edges.compactMap { $0["node"]?["formattedName"] } == names)
    }

    @Test(arguments: [
        ("email", "Ann@example.com", ["Ann"]), ("preferred_username", "ann1", ["Ann"]),
        ("phone_number", "+431234567", ["Bob"]), ("phone_number", "+43", []), ("email", "x", []),
    ])
    func `users are found by their sign-in identifiers`(_ name: String, _ value: String, _ names: [String]) throws {
        let document = """
            query ($name: String!, $value: String!) {
              getUsersByStandardAttribute(attributeName: $name, attributeValue: $value) { formattedName }
            }
            """
        let data = try data(document, ["name": name, "value": value])
        let users = try #require(data["getUsersByStandardAttribute"] as? [[String: String]])
        #expect(users.compactMap { $0["formattedName"] } == names)
        #expect(try client.query(document, ["name": "gender", "value": "f"]).reason == "Invalid")
    }

    @Test func `custom attributes are replaced as a whole, and users cannot change them`() throws {
        let document = """
            mutation ($id: ID!, $custom: UserCustomAttributes) {
              updateUser(input: {userID: $id, customAttributes: $custom}) { user { customAttributes standardAttributes } }
            }
            """
        let answer = try data(
            document,
            ["id": AuthgearClient.nodeID("ann"), "custom": ["team": 7, "a": [true, NSNull()]]]
        )
        let user = try #require((answer["updateUser"] as? [String: Any])?["user"] as? [String: Any])
        #expect((user["customAttributes"] as? [String: Any])?.keys.sorted() == ["a", "team"])
        // Attributes that the request does not name stay.
        #expect((user["standardAttributes"] as? [String: Any])?["name"] as? String == "Ann")
        let claims = try client.app.send(.get, "/oauth2/userinfo", .user("ann")).object
        #expect((claims["custom_attributes"] as? [String: Any])?["team"] as? Int == 7)
        let wrong = try client.query(document, ["id": AuthgearClient.nodeID("ann"), "custom": [1]])
        #expect(wrong.reason == "Invalid")
        let large = ["x": String(repeating: "x", count: 20_000)]
        #expect(
            try client.query(document, ["id": AuthgearClient.nodeID("ann"), "custom": large]).reason
                == "ValidationFailed"
        )
    }

    @Test(arguments: [
        (#"{"picture":"ftp://x/y"}"#, "/picture format invalid scheme: ftp"),
        (#"{"picture":"x"}"#, "/picture format invalid scheme: "),
        (#"{"picture":"authgearimages://host/myapp/x"}"#, "/picture format invalid host"),
        (
            #"{"picture":"authgearimages:///other/8b1b0a2e-0000-4000-8000-000000000000"}"#,
            "/picture format unknown image"
        ),
        (
            #"{"picture":"authgearimages:///myapp/8b1b0a2e-0000-4000-8000-000000000000"}"#,
            "/picture format unknown image"
        ),
        (#"{"picture":"authgearimages:///myapp/../x"}"#, "/picture format unknown image"),
        (#"{"picture":"https://"}"#, "/picture format invalid URL"),
        (#"{"email":"x"}"#, "/email format invalid email address"),
        (#"{"shoe_size":43}"#, "/shoe_size additionalProperties"),
        (#"{"name":7}"#, "/name type"), (#"{"name":""}"#, "/name minLength"), (#"{"name":null}"#, "/name type"),
        (#"{"website":"x"}"#, "/website format invalid uri"),
        (#"{"phone_number":"x"}"#, "/phone_number format invalid phone"),
        (#"{"birthdate":"soon"}"#, "/birthdate format invalid birthdate"),
        (#"{"address":{"planet":"x"}}"#, "/address/planet additionalProperties"),
        (#"{"address":"x"}"#, "/address type"), (#"["name"]"#, " type"),
    ])
    func `invalid attributes are refused with their location`(_ json: String, _ cause: String) throws {
        let attributes = try JSONSerialization.jsonObject(with: Data(json.utf8))
        let document = """
            mutation ($id: ID!, $attributes: UserStandardAttributes) {
              updateUser(input: {userID: $id, standardAttributes: $attributes}) { user { id } }
            }
            """
        let answer = try client.query(document, ["id": AuthgearClient.nodeID("ann"), "attributes": attributes])
        #expect(answer["data"] is NSNull)
        #expect(answer.error?["message"] as? String == "invalid value")
        #expect(answer.error?["path"] as? [String] == ["updateUser"])
        #expect(answer.reason == "ValidationFailed")
        #expect(causes(answer) == [cause])
        #expect(try client.attributes(of: "ann")["name"] as? String == "Ann")
    }

    @Test func `all faults are reported at once`() throws {
        let answer = try client.setAttributes(["name": "", "zoneinfo": "!", "x": 1], of: "ann")
        #expect(causes(answer).count == 3)
    }

    @Test(arguments: [
        ("x", "invalid user ID", "Invalid"), (AuthgearClient.nodeID(""), "invalid user ID", "Invalid"),
        (AuthgearClient.nodeID("nobody"), "user not found", "UserNotFound"),
    ])
    func `an ID that names no user is refused`(_ id: String, _ message: String, _ reason: String) throws {
        let document = "mutation ($id: ID!) { updateUser(input: {userID: $id}) { user { id } } }"
        let answer = try client.query(document, ["id": id])
        #expect(answer.error?["message"] as? String == message)
        #expect(answer.reason == reason)
    }

    @Test func `one error rolls back the whole request`() throws {
        let url = try client.upload()
        let document = """
            mutation ($ann: ID!, $bob: ID!, $good: UserStandardAttributes, $bad: UserStandardAttributes) {
              a: updateUser(input: {userID: $ann, standardAttributes: $good}) { user { id } }
              b: updateUser(input: {userID: $bob, standardAttributes: $bad}) { user { id } }
            }
            """
        var variables: [String: Any] = [
            "ann": AuthgearClient.nodeID("ann"), "bob": AuthgearClient.nodeID("bob"),
            "good": ["name": "New", "picture": url], "bad": ["picture": "ftp://x"],
        ]
        #expect(try client.query(document, variables)["data"] is NSNull)
        #expect(try client.attributes(of: "ann")["name"] as? String == "Ann")
        #expect(try client.attributes(of: "ann")["picture"] == nil)
        // The picture is still available for the next attempt.
        #expect(try client.app.send(.get, AuthgearClient.path(url, "original")).status == .ok)
        variables["bad"] = ["name": "Bob"]
        #expect(try client.query(document, variables).error == nil)
        #expect(try client.attributes(of: "ann")["picture"] != nil)
    }

    @Test func `a user cannot take another user's picture`() throws {
        let url = try client.upload()
        #expect(try client.setAttributes(["picture": url], of: "ann").error == nil)
        #expect(causes(try client.setAttributes(["picture": url], of: "bob")) == ["/picture format unknown image"])
        #expect(try client.attributes(of: "ann")["picture"] != nil)
        #expect(try client.attributes(of: "bob")["picture"] == nil)
        // Ann may set another picture of her own.
        #expect(try client.setAttributes(["picture": try client.upload()], of: "ann").error == nil)
    }

    @Test func `an external picture is shown with its own URL`() throws {
        #expect(try client.setAttributes(["picture": "https://example.com/a.png"], of: "ann").error == nil)
        #expect(try client.attributes(of: "ann")["picture"] as? String == "https://example.com/a.png")
        let url = try client.upload()
        #expect(try client.setAttributes(["picture": url], of: "ann").error == nil)
        let shown = try #require(try client.attributes(of: "ann")["picture"] as? String)
        #expect(shown.hasSuffix("/profile"))
        // The URL with another option is accepted too.
        let original = shown.replacing("/profile", with: "/original")
        #expect(try client.setAttributes(["picture": original], of: "ann").error == nil)
        #expect(try client.attributes(of: "ann")["picture"] as? String == shown)
    }

    @Test func `a request may have at most five mutations`() throws {
        let field = "updateUser(input: {userID: \\\"\(AuthgearClient.nodeID("ann"))\\\"}) { user { id } }"
        for (count, status) in [(5, 200), (6, 400)] {
            let fields = (0..<count).map { "m\($0): \(field)" }.joined(separator: " ")
            let answer = try client.post(Array(#"{"query":"mutation { \#(fields) }"}"#.utf8))
            #expect(answer.status.code == status)
            #expect(
                (try answer.object["error"] as? [String: Any])?["reason"] as? String == (count > 5 ? "BadRequest" : nil)
            )
        }
    }

    @Test(arguments: [
        ("application/json", #"{"query":"{ __typename }"}"#, 200), ("application/graphql", "{ __typename }", 200),
        ("application/json; charset=UTF-8", #"{"query":"{ __typename }","variables":"","operationName":""}"#, 200),
        ("application/json", #"{"query":"query ($a: ID!) { node(id: $a) { id } }","variables":"{\"a\":\"x\"}"}"#, 200),
        ("application/json", #"{"query":"{ nothing }"}"#, 200), ("application/json", "{}", 200),
        ("application/json", "[]", 400), ("application/json", "{", 400), ("application/json", #"{"query":1}"#, 400),
        ("application/json", #"{"query":"{ __typename }","variables":[1]}"#, 400),
        ("text/plain", "{ __typename }", 415), ("application/json; charset=latin1", "{}", 415), ("", "{}", 415),
    ])
    func `a request is JSON or the document itself`(_ contentType: String, _ body: String, _ status: Int) throws {
        let answer = try client.post(Array(body.utf8), contentType)
        #expect(answer.status.code == status)
        #expect(answer.headerFields[.cacheControl] == "no-store")
        if status == 200 { #expect(answer.headerFields[.contentType] == "application/json; charset=utf-8") }
        if status == 415 { #expect(answer.headerFields[.contentType]?.hasPrefix("text/plain") ?? false) }
    }

    @Test func `a body over a mebibyte is refused`() throws {
        let body = [UInt8](repeating: UInt8(ascii: " "), count: (1 << 20) + 1)
        #expect(try client.post(body).status == .badRequest)
    }

    @Test func `clients can introspect the schema`() throws {
        let document = """
            { __schema { queryType { name } mutationType { name } }
              __type(name: "UpdateUserInput") { inputFields { name type { kind name ofType { name } } } } }
            """
        let type = try #require(try data(document)["__type"] as? [String: Any])
        let fields = try #require(type["inputFields"] as? [[String: Any]])
        #expect(fields.compactMap { $0["name"] as? String } == ["userID", "standardAttributes", "customAttributes"])
    }
}
