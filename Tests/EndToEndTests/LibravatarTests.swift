import Crypto
import Foundation
import Testing

/// The URLs of Libravatar's public client, and the URLs of Auth0's default pictures, through nginx.
@Suite struct LibravatarTests {
    private let instance: Instance

    init() throws {
        instance = try Instance(["PORTRAITD_AVATAR_REDIRECT_HOSTS": "cdn.example.com"])
        let admin = try instance.token("root", scope: "admin")
        let body = #"{"email":"Ann@Example.com"}"#
        _ = try instance.curl("/users/ann", token: admin, "--request", "PUT", "--json", body)
        _ = try instance.curl("/users/ann/profileimage", token: admin, upload: Photograph.small())
    }

    /// Fetches the client's URLs.
    private func answers(_ options: [String]) throws -> [(url: String, answer: Curl.Answer)] {
        let port = String(try #require(URL(string: instance.url)?.port))
        let (status, output) = try Python.run("libravatar_urls.py", [port] + options)
        try #require(status == 0, "\(output)")
        return try output.split(separator: "\n").map { line in
            let url = try JSONDecoder().decode(String.self, from: Data(line.utf8))
            return (url, try Curl.send([url]))
        }
    }

    @Test func `the client finds the server in the DNS and the picture in every size`() throws {
        let sizes = [(nil, 80), (1, 1), (80, 80), (333, 333), (512, 512), (1000, 512)]
        let options = sizes.map { size, _ in
            #"{"email":" ANN@example.com "\#(size.map { #","size":\#($0)"# } ?? "")}"#
        }
        let answers = try answers(options)
        #expect(answers.count == sizes.count)
        for ((url, answer), (_, side)) in zip(answers, sizes) {
            #expect(url.hasPrefix("\(instance.url)/avatar/"))
            #expect(answer.status == 200, "\(url)")
            let picture = try #require(Photograph.look(at: answer.body), "\(url)")
            #expect(picture.width == side, "\(url)")
            #expect(side < 80 || Photograph.turn(of: picture.quarters) == 0, "\(url)")
        }
    }

    @Test func `every default of the client is a picture, a redirect or a 404`() throws {
        let styles = ["mm", "mp", "identicon", "monsterid", "wavatar", "retro", "robohash", "pagan", "blank"]
        let known = try answers(styles.map { #"{"email":"nobody@example.com","default":"\#($0)","size":64}"# })
        for (url, answer) in known {
            #expect(answer.status == 200, "\(url)")
            #expect(answer.headers["content-type"] == "image/png", "\(url)")
        }
        #expect(known.count == styles.count)
        let others = try answers([
            #"{"email":"nobody@example.com"}"#, #"{"email":"nobody@example.com","default":404}"#,
            #"{"email":"nobody@example.com","default":"https://cdn.example.com/a b.png?x=1&y=2"}"#,
            #"{"email":"nobody@example.com","default":"https://cdn.example.com/a.png?x=1&y=2"}"#,
            #"{"email":"nobody@example.com","default":"https://elsewhere.example/a.png"}"#,
            #"{"email":"ann@example.com","default":"404"}"#,
            #"{"openid":"https://ann.example.com/id","default":"retro"}"#,
        ]).map(\.answer)
        #expect(others.map(\.status) == [200, 404, 200, 302, 200, 200, 200])
        #expect(others[3].headers["location"] == "https://cdn.example.com/a.png?x=1&y=2")
    }

    @Test func `the client can force the default and hash the address with SHA-256`() throws {
        let address = Data("ann@example.com".utf8)
        let names = [
            Insecure.MD5.hash(data: address).map { String(format: "%02x", $0) }.joined(),
            SHA256.hash(data: address).map { String(format: "%02X", $0) }.joined(),
        ]
        for name in names {
            for path in ["\(name)", "\(name).jpg", "\(name)?forcedefault=n&size=80"] {
                let answer = try instance.curl("/avatar/\(path)")
                #expect(Photograph.look(at: answer.body).flatMap { Photograph.turn(of: $0.quarters) } == 0, "\(path)")
            }
            for forced in ["f=y", "forcedefault=y"] {
                let answer = try instance.curl("/avatar/\(name)?d=identicon&\(forced)")
                #expect(answer.status == 200)
                #expect(answer.headers["content-type"] == "image/png")
            }
        }
    }

    @Test func `Auth0's default picture is the user's picture or Auth0's default`() throws {
        let digest = { (address: String) in
            Insecure.MD5.hash(data: Data(address.utf8)).map { String(format: "%02x", $0) }.joined()
        }
        let query = "?s=480&r=pg&d=https%3A%2F%2Fcdn.example.com%2Favatars%2Fan.png"
        let own = try instance.curl("/avatar/\(digest("ann@example.com"))\(query)")
        #expect(Photograph.look(at: own.body)?.width == 480)
        let other = try instance.curl("/avatar/\(digest("bob@example.com"))\(query)")
        #expect(other.status == 302)
        #expect(other.headers["location"] == "https://cdn.example.com/avatars/an.png")
    }
}
