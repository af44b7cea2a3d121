import Foundation
import Testing

/// The Profile Service's calls as curl sends them, through nginx.
@Suite struct ProfileServiceTests {
    @Test func `the documented calls work as printed, for guests too`() throws {
        let instance = try Instance(["PORTRAITD_DIALECTS": "profile-service", "PORTRAITD_SIDES": "64,256"])
        let guest = ["--header", "ProfileToken: \(try instance.token("guest"))"]
        let picture = "\(instance.folder)/profile.jpg"
        try Photograph.small().write(to: URL(filePath: picture))
        let media = try Curl.send(
            guest + [
                "--location", "\(instance.url)/profile/media?AdditionalType=ProfileImage", "--form", "file=@\(picture)",
                "--header", "Accept: application/json", "--header", "Ocp-Apim-Subscription-Key: 0123",
            ]
        )
        #expect(media.status == 200, "\(media.text)")
        let text = try Curl.send(guest + ["\(instance.url)/profile/me/profileimage?subscription-key=0123"])
        let thumbnail = try #require(Data(base64Encoded: text.text))
        #expect(Photograph.look(at: thumbnail)?.width == 64)
        let url = try #require(media.json["downloadUrl"] as? String)
        let file = try Curl.send(guest + [url])
        #expect(file.headers["content-type"] == "application/octet-stream")
        #expect(Photograph.look(at: file.body)?.width == 256)
        #expect(try Curl.send([url]).status == 401)
        #expect(
            try Curl.send(guest + ["--request", "DELETE", "\(instance.url)/profile/me/profileimage"]).status == 204
        )
        #expect(try Curl.send(guest + ["\(instance.url)/profile/me/profileimage"]).status == 404)
    }
}
