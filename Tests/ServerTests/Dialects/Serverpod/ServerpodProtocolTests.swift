import Foundation
import HTTPTypes
@testable import Server
import Testing

/// The calls of Serverpod's clients, and the answers.
@Suite struct ServerpodProtocolTests {
    private let app: TestApplication
    private let alice = HTTPFields.user("alice").with(.contentType, "application/json; charset=utf-8")

    init() async throws {
        app = try await .serverpod()
    }

    private func post(_ target: String, _ body: String = "{}", _ fields: HTTPFields? = nil) throws -> Response {
        try app.send(.post, target, fields ?? alice, body: Array(body.utf8))
    }

    @Test func `the method is in the path as in version 4, in the body as in versions 2 and 3, or in the query`() throws
    {
        let image = TestApplication.byteData(TestPicture.gif())
        for (target, body) in [
            ("/userProfile/setUserImage", #"{"image":"\#(image)"}"#),
            ("/userProfile", #"{"image":"\#(image)","method":"setUserImage"}"#),
            ("/userProfile", #"{"method":"setUserImage","image":"\#(image)"}"#),
            ("/userProfile?method=setUserImage", #"{"image":"\#(image)"}"#),
        ] {
            #expect(try post("/userProfile/removeUserImage").object["imageUrl"] == nil)
            #expect(try post(target, body).object["imageUrl"] is String, "\(target) \(body)")
        }
        #expect(try post("/serverpod_auth_core.userProfileInfo", #"{"method":"get"}"#).status == .ok)
        #expect(try post("/userProfile/get", "").status == .ok)
    }

    @Test func `arguments may be in the query`() throws {
        #expect(try post("/userProfile/changeUserName?userName=ada").object["userName"] as? String == "ada")
        let both = try post("/userProfile/changeUserName?userName=ada", #"{"userName":"eve"}"#)
        #expect(try both.object["userName"] as? String == "eve")
    }

    @Test func `the declared type of the body does not matter`() throws {
        for type in ["text/plain", "application/json", ""] {
            let fields = HTTPFields.user("alice").with(.contentType, type)
            #expect(try post("/userProfile", #"{"method":"get"}"#, fields).status == .ok)
        }
    }

    @Test(arguments: [
        ("/userProfile", "{}", "No method name specified"), ("/userProfile", "", "No method name specified"),
        ("/userProfile/nope", "{}", "Method not found in endpoint"),
        ("/userProfile", #"{"method":"nope"}"#, "Method not found in endpoint"),
        ("/userProfile", #"{"method":5}"#, #""method" must be a string."#),
        ("/userProfile/get", "{", "Invalid JSON in body"), ("/userProfile/get", "[]", "Invalid JSON in body"),
    ])
    func `an invalid call is answered with 400 and a message`(_ target: String, _ body: String, _ words: String) throws
    {
        let answer = try post(target, body)
        #expect(answer.status == .badRequest)
        #expect(answer.text == words)
        #expect(answer.headerFields[.contentType] == "text/plain; charset=utf-8")
    }

    @Test func `the endpoint is checked first, then the credential, the method and the arguments`() throws {
        let stranger: HTTPFields = [.contentType: "application/json"]
        #expect(try post("/serverpod_x/nope", "{", stranger).status == .notFound)
        let answer = try app.send(.post, "/userProfile/nope", stranger, body: Array("{".utf8)) {
            Issue.record("the body was read")
        }
        #expect(answer.status == .unauthorized)
        #expect(try post("/userProfile/nope", #"{"image":5}"#).text == "Method not found in endpoint")
        #expect(try post("/userProfile/setUserImage", #"{"image":5}"#).text.contains("image"))
    }

    @Test("S58 an image that is missing or empty is a 400")
    func missingImage() throws {
        for body in ["{}", #"{"image":null}"#] {
            let answer = try post("/userProfile/setUserImage", body)
            #expect(answer.status == .badRequest)
            #expect(answer.text == "Missing required query parameter: image")
        }
        let empty = try app.setUserImage([])
        #expect(empty.status == .badRequest)
        #expect(empty.text == "The request holds no image.")
    }

    @Test(arguments: [
        "", "R0lGODlh", "decode('R0lGODlh')", "decode('', 'base64'", "decode('R0lGODl', 'base64')",
        "decode('R0lG ODlh', 'base64')",
        "decode('R0lG\\nODlh', 'base64')", "decode('_-__', 'base64')", "encode('R0lGODlh', 'base64')",
        "decode(', 'base64')",
    ])
    func `an invalid ByteData is a 400`(_ text: String) throws {
        #expect(try post("/userProfile/setUserImage", #"{"image":"\#(text)"}"#).status == .badRequest)
        #expect(app.publicFiles.isEmpty)
    }

    @Test func `escapes of other JSON writers are decoded`() throws {
        let image = TestApplication.byteData(TestPicture.gif())
        let php = image.replacing("/", with: #"\/"#)
        let gson = image.replacing("'", with: #"\u0027"#).replacing("=", with: #"\u003d"#).replacing(
            "+",
            with: #"\u002B"#
        )
        for text in [php, gson] {
            #expect(try post("/userProfile/setUserImage", #"{"image":"\#(text)"}"#).status == .ok)
        }
    }

    @Test func `a body over the limit is a 413 with the limit and is not read`() async throws {
        let app = try await TestApplication.serverpod(["PORTRAITD_MAX_BYTES": "1024"])
        let body = [UInt8](repeating: 0x20, count: 1368 + 65_537)
        let answer = try app.send(.post, "/userProfile/setUserImage", alice, body: body) {
            Issue.record("the body was read")
        }
        #expect(answer.status == .contentTooLarge)
        #expect(answer.text == "Request size exceeds the maximum allowed size of 66904 bytes.")
        let image = try app.setUserImage(TestPicture.gif() + Array(repeating: 0, count: 1024))
        #expect(image.status == .contentTooLarge)
        #expect(image.text == "Request size exceeds the maximum allowed size of 1024 bytes.")
    }

    @Test func `pages of every origin may call`() throws {
        let preflight = try app.send(.options, "/userProfile/setUserImage", [.origin: "https://app.example.com"])
        #expect(preflight.status == .ok)
        #expect(preflight.headerFields[.accessControlAllowOrigin] == "*")
        #expect(preflight.headerFields[.accessControlAllowMethods] == "POST")
        let headers = try #require(preflight.headerFields[.accessControlAllowHeaders])
        for name in ["Content-Type", "Authorization", "X-Requested-With", "x-serverpod-auth-mode"] {
            #expect(headers.contains(name))
        }
        for answer in [
            try post("/userProfile/get"), try post("/userProfile/nope"), try post("/userProfile/get", "{}", [:]),
        ] {
            #expect(answer.headerFields[.accessControlAllowOrigin] == "*")
        }
    }

    @Test func `other methods of HTTP are refused`() throws {
        #expect(try app.send(.get, "/userProfile/get", alice).status == .methodNotAllowed)
    }

    @Test func `without the dialect all of its paths are 404`() async throws {
        let app = try await TestApplication()
        #expect(try app.call("get").problemCode == "not-found")
    }
}
