@testable import Server
import Testing

@Suite struct RequestTargetTests {
    @Test(arguments: [
        ("/", [""]),
        ("/me/profileimage", ["me", "profileimage"]),
        ("/users/auth0%7Cu1/profileimage", ["users", "auth0|u1", "profileimage"]),
        ("/users/a%2Fb/profileimage", ["users", "a/b", "profileimage"]),
        ("/users/a%2fb", ["users", "a/b"]),
        ("/users/%C3%A9+%20x", ["users", "é+ x"]),
        ("/a//b/", ["a", "", "b", ""]),
        ("/%2525", ["%25"]),
    ])
    func `a path is split before it is decoded`(_ target: String, _ segments: [String]) {
        #expect(RequestTarget(rawValue: target)?.segments == segments)
    }

    @Test(arguments: ["", "me", "*", "/%", "/%2", "/%zz", "/%ff", "/%C3%28", "/?x=%f", "/users/\u{FFFD}"])
    func `an invalid path is refused`(_ target: String) {
        #expect(RequestTarget(rawValue: target) == nil)
    }

    @Test func `the query is a list of decoded pairs`() {
        let target = RequestTarget(rawValue: "/a?crop=1%2C2,3,4&&flag&x=a=b?c")
        #expect(
            target?.query == [
                .init(name: "crop", value: "1,2,3,4"), .init(name: "flag", value: ""), .init(name: "x", value: "a=b?c"),
            ]
        )
    }
}
