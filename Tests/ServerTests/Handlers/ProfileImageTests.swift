import Foundation
import HTTPTypes
import Imaging
import ProfileImages
@testable import Server
import Storage
import Testing

@Suite struct ProfileImageTests {
    private let app: TestApplication
    private let path = "/me/profileimage"
    private let alice = HTTPFields.user("alice")

    init() async throws {
        app = try await TestApplication()
    }

    private func put(_ body: [UInt8] = TestPicture.gif(), _ fields: HTTPFields = [:], query: String = "") throws
        -> Response
    {
        var all = alice
        all.append(contentsOf: fields)
        return try app.send(.put, path + query, all, body: body)
    }

    private func resource(_ response: Response) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any])
    }

    @Test func `PUT answers 201, then 200 with a new URL, and GET returns the same`() throws {
        let first = try put()
        #expect(first.status == .created)
        let second = try put()
        #expect(second.status == .ok)
        let urls = try [first, second].map { try #require(try resource($0)["imageUrl"] as? String) }
        #expect(urls[0] != urls[1])
        let read = try app.send(.get, path, alice.with(.accept, "application/json"))
        #expect(read.status == .ok)
        #expect(read.body == second.body)
        #expect(read.headerFields[.eTag] == second.headerFields[.eTag])
        #expect(read.headerFields[.contentType] == "application/json")
    }

    @Test func `the JSON has every member`() throws {
        let answer = try resource(put())
        let id = try #require(answer["id"] as? String)
        #expect(id.count == 32)
        #expect(answer["userId"] as? String == "alice")
        #expect(answer["imageUrl"] as? String == "https://images.test/images/\(id)/512.jpg")
        #expect(answer["width"] as? Int == 512)
        #expect(answer["height"] as? Int == 512)
        #expect(answer["format"] as? String == "jpeg")
        #expect(answer["etag"] as? String == "\"\(id)\"")
        let variants = try #require(answer["variants"] as? [[String: Any]])
        #expect(variants.count == 12)
        #expect(variants[0]["side"] as? Int == 64)
        #expect(variants[0]["format"] as? String == "jpeg")
        #expect(variants.map { $0["url"] as? String }.contains(answer["imageUrl"] as? String))
        let folder = "https://images.test/images/\(id)"
        let srcset = [64, 128, 256, 512].map { "\(folder)/\($0) \($0)w" }.joined(separator: ", ")
        #expect(answer["srcset"] as? String == srcset)
        let file = try #require(app.publicFiles.first)
        let size = try FileManager.default.attributesOfItem(atPath: "\(app.folder)/public/\(file)")[.size] as? Int
        #expect(answer["byteCount"] as? Int == size)
        let createdAt = try #require(answer["createdAt"] as? String)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        #expect(abs(try style.parse(createdAt).timeIntervalSinceNow) < 60)
    }

    @Test func `the largest side in the first format is stored, and the public URL is the setting's`() async throws {
        let app = try await TestApplication([
            "PORTRAITD_SIDES": "64,32", "PORTRAITD_FORMATS": "png", "PORTRAITD_PUBLIC_URL": "https://cdn.test/p/",
        ])
        let answer = try resource(app.send(.put, path, alice, body: TestPicture.gif()))
        let id = try #require(answer["id"] as? String)
        #expect(answer["imageUrl"] as? String == "https://cdn.test/p/images/\(id)/64.png")
        #expect((answer["variants"] as? [[String: Any]])?.map { $0["side"] as? Int } == [32, 64])
        #expect(app.publicFiles.map { $0.split(separator: "/").last } == ["64.png"])
    }

    @Test func `GET as image makes nginx send the file`() throws {
        let id = try #require(try resource(put())["id"] as? String)
        let response = try app.send(.get, path, alice.with(.accept, "image/*"))
        #expect(response.headerFields[.xAccelRedirect] == "/_portraitd/\(try #require(app.publicFiles.first))")
        #expect(response.headerFields[.contentType] == "image/jpeg")
        #expect(response.headerFields[.eTag] == "\"\(id)-image\"")
        #expect(response.body.isEmpty)
    }

    @Test func `GET as text is Base64 of the picture`() throws {
        _ = try put()
        let response = try app.send(.get, path, alice)
        #expect(response.headerFields[.contentType] == "text/plain; charset=us-ascii")
        let file = try Data(contentsOf: URL(filePath: "\(app.folder)/public/\(try #require(app.publicFiles.first))"))
        #expect(Data(base64Encoded: Data(response.body)) == file)
        #expect(response.headerFields[.vary]?.contains("Accept") == true)
    }

    @Test func `HEAD is GET without its body`() throws {
        _ = try put()
        let fields = alice.with(.accept, "application/json")
        let get = try app.send(.get, path, fields)
        var head = try app.send(.head, path, fields)
        #expect(head.body.isEmpty)
        #expect(head.headerFields[.contentLength] == String(get.body.count))
        head.body = get.body
        #expect(head == get)
    }

    @Test func `without an image GET is a 404 problem`() throws {
        let response = try app.send(.get, path, alice)
        #expect(response.status == .notFound)
        #expect(response.headerFields[.contentType] == "application/problem+json")
        let problem = try resource(response)
        #expect(problem["code"] as? String == "no-image")
        #expect(problem["status"] as? Int == 404)
        #expect(problem["requestId"] as? String == "r1")
    }

    @Test func `DELETE is 204 when the files are gone, and 204 again`() throws {
        _ = try put()
        #expect(app.publicFiles.count == 1)
        for _ in 1...2 {
            #expect(try app.send(.delete, path, alice).status == .noContent)
            #expect(app.publicFiles.isEmpty)
        }
        #expect(try app.send(.get, path, alice).status == .notFound)
        #expect(try put().status == .created)
    }

    @Test func `a replaced picture's file is gone`() throws {
        _ = try put()
        let first = app.publicFiles
        _ = try put(TestPicture.gif(red: 0))
        #expect(app.publicFiles.count == 1)
        #expect(app.publicFiles != first)
        #expect(try app.metadata.read { try $0.tombstones(of: nil) }.isEmpty)
    }

    @Test(arguments: ["application/json", "image/png", "*/*"])
    func `If-None-Match answers 304 for the same representation`(_ accept: String) throws {
        _ = try put()
        let fields = alice.with(.accept, accept)
        let tag = try #require(try app.send(.get, path, fields).headerFields[.eTag])
        for header in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
            let response = try app.send(.get, path, fields.with(.ifNoneMatch, header))
            #expect(response.status == .notModified)
            #expect(response.headerFields[.eTag] == tag)
            #expect(response.body.isEmpty)
        }
        let other = accept == "*/*" ? "application/json" : "*/*"
        let response = try app.send(.get, path, alice.with(.accept, other).with(.ifNoneMatch, tag))
        #expect(response.status == .ok)
        _ = try put()
        #expect(try app.send(.get, path, fields.with(.ifNoneMatch, tag)).status == .ok)
    }

    @Test func `If-Match and If-None-Match prevent lost updates`() throws {
        #expect(try put(TestPicture.gif(), [.ifMatch: "*"]).status == .preconditionFailed)
        #expect(app.publicFiles.isEmpty)
        let tag = try #require(try put(TestPicture.gif(), [.ifNoneMatch: "*"]).headerFields[.eTag])
        #expect(try put(TestPicture.gif(), [.ifNoneMatch: "*"]).status == .preconditionFailed)
        #expect(try put(TestPicture.gif(), [.ifMatch: "W/\(tag)"]).status == .preconditionFailed)
        #expect(try put(TestPicture.gif(), [.ifMatch: "\"00000000000000000000000000000000\", \(tag)"]).status == .ok)
        let refused = try put(TestPicture.gif(), [.ifMatch: tag])
        #expect(refused.status == .preconditionFailed)
        let current = try #require(try resource(refused)["found"] as? String)
        #expect(try app.send(.delete, path, alice.with(.ifMatch, tag)).status == .preconditionFailed)
        #expect(app.publicFiles.count == 1)
        // The entity tag of any representation identifies the image.
        let text = try #require(try app.send(.get, path, alice).headerFields[.eTag])
        #expect(text != current)
        #expect(try app.send(.delete, path, alice.with(.ifMatch, text)).status == .noContent)
    }

    @Test func `a failed precondition is answered before the body is read`() throws {
        let fields = alice.with(.ifMatch, "*")
        let response = try app.send(.put, path, fields, body: TestPicture.gif()) { Issue.record("the body was read") }
        #expect(response.status == .preconditionFailed)
    }

    @Test(arguments: [
        ([], 400, "image-missing"),
        (Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8), 415, "unsupported-format"),
        (Array("%PDF-1.7".utf8), 415, "unsupported-format"),
        (Array("hello".utf8), 415, "unsupported-format"),
        (Array(TestPicture.gif().prefix(20)), 422, "corrupt-image"),
        (TestPicture.bomb, 413, "too-many-pixels"),
    ])
    func `a bad upload is refused with a reason, and the old picture stays`(
        _ body: [UInt8],
        _ status: Int,
        _ code: String
    ) throws {
        _ = try put()
        let before = app.publicFiles
        let response = try put(body)
        #expect(response.status.code == status)
        let problem = try resource(response)
        #expect(problem["code"] as? String == code)
        #expect(problem["detail"] as? String != "")
        #expect(app.publicFiles == before)
        #expect(try app.send(.get, path, alice).status == .ok)
    }

    @Test func `a refusal names the found and the allowed value`() async throws {
        let heic = Array("\0\0\0\u{18}ftypheic\0\0\0\0mif1heic".utf8)
        #expect(try put(heic).status == .unprocessableContent)
        let refusing = try await TestApplication(["PORTRAITD_HEIC": "false"])
        let problem = try resource(refusing.send(.put, path, alice, body: heic))
        #expect(problem["found"] as? String == "HEIC")
        let allowed = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"]
        #expect(problem["allowed"] as? [String] == allowed)
        let detail = try #require(problem["detail"] as? String)
        #expect(detail.hasPrefix("The upload is HEIC, not a JPEG, PNG, GIF, WebP or AVIF picture."))
    }

    @Test func `an upload over the limit is 413 with the limit and is not read`() async throws {
        let app = try await TestApplication(["PORTRAITD_MAX_BYTES": "1024"])
        let response = try app.send(.put, path, alice, body: Array(repeating: 0, count: 1025)) {
            Issue.record("the body was read")
        }
        #expect(response.status == .contentTooLarge)
        #expect(try resource(response)["limit"] as? Int == 1024)
        #expect(try resource(response)["found"] as? String == "1025")
    }

    @Test(arguments: ["image/jpeg", "application/octet-stream", "application/x-www-form-urlencoded", "text/html"])
    func `the declared type does not matter`(_ type: String) throws {
        let response = try put(TestPicture.gif(), [.contentType: type])
        #expect(response.status == .created)
        #expect(try resource(response)["format"] as? String == "jpeg")
    }

    @Test func `a form with one file is an upload`() throws {
        let form = TestForm.body([("note", nil, Array("hi".utf8)), ("file", "ä.gif", TestPicture.gif())])
        #expect(try put(form, [.contentType: TestForm.contentType]).status == .created)
    }

    @Test func `a form with no file, two files, or no boundary is 400`() throws {
        let file = ("file", Optional("a.gif"), TestPicture.gif())
        let field = ("a", String?.none, Array("x".utf8))
        #expect(try put(TestForm.body([file, file]), [.contentType: TestForm.contentType]).status == .badRequest)
        #expect(try put(TestForm.body([field, field]), [.contentType: TestForm.contentType]).status == .badRequest)
        #expect(try put(TestForm.body([file]), [.contentType: "multipart/form-data"]).status == .badRequest)
        #expect(
            try put(TestForm.body([file]), [.contentType: "multipart/mixed; boundary=x"]).status
                == .unsupportedMediaType
        )
    }

    @Test func `a file in a form may have as many bytes as a raw upload`() async throws {
        let app = try await TestApplication(["PORTRAITD_MAX_BYTES": "1024"])
        let fields = alice.with(.contentType, TestForm.contentType)
        let small = TestForm.body([("file", "a.gif", TestPicture.gif() + Array(repeating: 0, count: 1024 - 41))])
        #expect(small.count > 1024)
        #expect(try app.send(.put, path, fields, body: small).status != .contentTooLarge)
        let large = TestForm.body([("file", "a.gif", Array(repeating: 0, count: 1025))])
        #expect(try app.send(.put, path, fields, body: large).status == .contentTooLarge)
    }

    @Test func `the crop is read from the query`() throws {
        #expect(try put(query: "?crop=0,0,1,1").status == .created)
        #expect(try put(query: "?crop=-0.6,-0.4,2.2,9").status == .ok)
        for outside in ["1,0,1,1", "-1,0,1,1", "0,0,0,1", "0,0,1,0.4", "0,5,1,-5"] {
            let refused = try put(query: "?crop=\(outside)")
            #expect(refused.status == .badRequest)
            #expect(try resource(refused)["code"] as? String == "crop-outside", "\(outside)")
        }
    }

    @Test(arguments: [
        "", "1", "1,2,3", "1,2,3,4,5", "a,b,c,d", "0,0,1,1,", "99999999999999999999,0,1,1",
        "1e1,0,1,1", "nan,0,1,1", "inf,0,1,1", "0x1,0,1,1", "+1,0,1,1", "0,0,1,-", "0,0,1,.", "1.2.3,0,1,1", " 0,0,1,1",
        ",0,1,1",
    ])
    func `a crop that is not four numbers is 400`(_ crop: String) throws {
        let response = try app.send(.put, "\(path)?crop=\(crop)", alice, body: TestPicture.gif()) {
            Issue.record("the body was read")
        }
        #expect(response.status == .badRequest)
    }

    @Test(arguments: [
        ("0.4,-0.4,1.2,0.6", PixelRect(x: 0, y: 0, width: 1, height: 1)),
        ("12.5,-12.5,99.49,100.51", PixelRect(x: 13, y: -13, width: 99, height: 101)),
        ("-5,.5,7.,0", PixelRect(x: -5, y: 1, width: 7, height: 0)),
    ])
    func `decimals of a crop are rounded`(_ text: String, _ crop: PixelRect) throws {
        #expect(try PixelRect(crop: text) == crop)
    }

    @Test(arguments: ["application/json", "application/merge-patch+json; charset=utf-8", "text/html", "", "image/png"])
    func `the content decides the format for any declared type`(_ type: String) throws {
        #expect(try put(TestPicture.gif(), [.contentType: type]).status == .created)
        let id = try #require(resource(put(TestPicture.gif(), [.contentType: type]))["id"] as? String)
        guard type.contains("json") else { return }
        #expect(try put(Array(" {\"mediaId\":\"\(id)\"}".utf8), [.contentType: type]).status == .ok)
        for (body, code) in [
            ("{", "bad-json"), ("", "unsupported-format"), ("[1]", "bad-json"),
            ("\"\(String(repeating: "x", count: 33))\"", "bad-base64"),
        ] {
            let answer = try put(Array(body.utf8), [.contentType: type])
            #expect((400..<500).contains(answer.status.code), "\(body)")
            if !body.isEmpty { #expect(try resource(answer)["code"] as? String == code) }
        }
        let long = Array("{\"a\":\"\(String(repeating: "x", count: 70_000))\"}".utf8)
        #expect(try put(long, [.contentType: type]).status == .contentTooLarge)
    }

    @Test(arguments: [
        "text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "application/json", "", "image/gif",
    ])
    func `a data URI or Base64 text is accepted as the picture`(_ type: String) throws {
        let text = Data(TestPicture.stripes).base64EncodedString()
        let texts = [
            text, "data:image/gif;base64,\(text)", "\"data:image/gif;base64,\(text)\"", "data:,\(text)", "\(text)\r\n",
            "\(text.prefix(20))\n\(text.dropFirst(20))",
        ]
        for text in texts {
            let answer = try put(Array(text.utf8), [.contentType: type])
            #expect([.created, .ok].contains(answer.status), "\(text)")
        }
        for broken in [
            text + "=", "data:image/gif;base64,\(text.dropLast())", "data:image/gif;base64,\(text)==\(text)",
        ] {
            let answer = try put(Array(broken.utf8), [.contentType: type])
            #expect(answer.status == .badRequest)
            #expect(try resource(answer)["code"] as? String == "bad-base64", "\(broken)")
        }
    }

    @Test func `a text may be as long as the longest picture's text`() async throws {
        let app = try await TestApplication(["PORTRAITD_MAX_BYTES": "30000"])
        let picture = TestPicture.gif() + [UInt8](repeating: 0, count: 30_000 - TestPicture.gif().count)
        for (bytes, status) in [(picture, HTTPResponse.Status.created), (picture + [0], .contentTooLarge)] {
            let text = Array("data:image/gif;base64,\(Data(bytes).base64EncodedString())".utf8)
            #expect(try app.send(.put, path, alice.with(.contentType, "text/plain"), body: text).status == status)
            // Without a text type, the limit of a picture applies.
            #expect(try app.send(.put, path, alice, body: text).status == .contentTooLarge)
        }
    }

    @Test func `unfinished removals are completed by the next process`() throws {
        let user = try #require(UserID(rawValue: "alice"))
        _ = try put()
        try app.metadata.write { try $0.removeImage(of: user, if: .none, by: .test, at: .now) }
        #expect(app.publicFiles.count == 1)
        #expect(try app.send(.delete, path, alice).status == .noContent)
        #expect(app.publicFiles.isEmpty)
        _ = try put()
        try app.metadata.write { try $0.removeImage(of: user, if: .none, by: .test, at: .now) }
        app.services.removals.finishIfPossible()
        #expect(app.publicFiles.isEmpty)
    }

    @Test func `one of many first uploads succeeds, and the others leave no file`() async throws {
        let statuses = await withTaskGroup(of: Int?.self) { group in
            for red in 0..<12 {
                group.addTask { try? put(TestPicture.gif(red: UInt8(red)), [.ifNoneMatch: "*"]).status.code }
            }
            return await group.reduce(into: [Int]()) { $0.append($1 ?? 0) }
        }
        #expect(statuses.sorted() == [201] + Array(repeating: 412, count: 11))
        #expect(app.publicFiles.count == 1)
    }

    @Test func `parallel uploads leave one picture and one file`() async throws {
        let statuses = await withTaskGroup(of: Int?.self) { group in
            for red in 0..<12 {
                group.addTask { try? put(TestPicture.gif(red: UInt8(red))).status.code }
            }
            return await group.reduce(into: [Int]()) { $0.append($1 ?? 0) }
        }
        #expect(statuses.sorted() == Array(repeating: 200, count: 11) + [201])
        #expect(app.publicFiles.count == 1)
        let text = try app.send(.get, path, alice)
        #expect(text.status == .ok)
    }
}
