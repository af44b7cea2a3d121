import HTTPTypes
@testable import Server
import Testing

@Suite struct PathTemplateTests {
    @Test func `a matching path gives the values of the parameters`() throws {
        let template = PathTemplate("/users/{id}/media/{media}")
        let parameters = try #require(template.parameters(of: ["users", "a/b", "media", "m"]))
        #expect(parameters["id"] == "a/b")
        #expect(parameters["media"] == "m")
        #expect(parameters["other"] == nil)
    }

    @Test(arguments: [
        ["users"], ["users", "a", "media"], ["users", "a", "MEDIA", "m"], ["users", "a", "media", "m", ""], [],
    ])
    func `another path does not match`(_ path: [String]) {
        #expect(PathTemplate("/users/{id}/media/{media}").parameters(of: path) == nil)
    }

    @Test func `a mounted template has the same parameters below its prefix`() {
        let template = PathTemplate("/me/media/{media}").mounted(at: "/profile")
        #expect(template.text == "/profile/me/media/{media}")
        #expect(template.parameters(of: ["profile", "me", "media", "m"])?["media"] == "m")
        #expect(template.parameters(of: ["me", "media", "m"]) == nil)
    }

    @Test func `a literal segment has a depth from the start, a parameter has none`() {
        let template = PathTemplate("/profile/users/{id}/media/{media}")
        #expect(template.depth(of: "media") == 4)
        #expect(template.depth(of: "id") == nil)
        #expect(PathTemplate("/media/{media}").mounted(at: "/social/media").depth(of: "media") == 3)
    }

    @Test func `a dialect answers unknown paths below its prefix with its own 404`() async throws {
        let app = try await TestApplication(["PORTRAITD_DIALECTS": "clerk,auth0"])
        #expect(try app.send(.get, "/v1/nothing").text.contains("clerk_trace_id"))
        #expect(try app.send(.get, "/api/v2/nothing").text.contains("statusCode"))
        #expect(try app.send(.get, "/nothing").text.contains("about:blank"))
    }
}
