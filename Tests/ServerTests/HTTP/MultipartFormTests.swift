@testable import Server
import Testing

@Suite struct MultipartFormTests {
    private func parse(_ body: String, boundary: String = "b") throws -> MultipartForm {
        try MultipartForm(Array(body.utf8), boundary: boundary)
    }

    private func file(_ disposition: String, content: String = "data") -> String {
        "--b\r\nContent-Disposition: \(disposition)\r\nContent-Type: image/png\r\n\r\n\(content)\r\n--b--\r\n"
    }

    @Test func `parts keep their bytes with line breaks`() throws {
        let body =
            "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n"
            + file("form-data; name=\"file\"; filename=\"a.png\"", content: "\r\n--a\r\n--\r\nx\r\n")
        let form = try parse(body)
        #expect(form.parts.map(\.name) == ["note", "file"])
        #expect(form.parts.map { String(decoding: $0.content, as: UTF8.self) } == ["hello", "\r\n--a\r\n--\r\nx\r\n"])
        #expect(form.files.map(\.filename) == ["a.png"])
    }

    @Test func `binary content is kept unchanged`() throws {
        let bytes = (0..<2000).map { UInt8(truncatingIfNeeded: $0 &* 31) } + [13, 10, 45, 45, 13]
        let head = Array("--b\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\n".utf8)
        let form = try MultipartForm(head + bytes + Array("\r\n--b--".utf8), boundary: "b")
        #expect(form.files.map { Array($0.content) } == [bytes])
    }

    @Test(arguments: [
        (#"form-data; name="file"; filename="a b;c.png""#, "a b;c.png"),
        (#"form-data; name="file"; filename="a\"b.png""#, #"a"b.png"#),
        (#"form-data; name="file"; filename="naïve 日本.png""#, "naïve 日本.png"),
        (#"form-data; name=file; filename=a.png"#, "a.png"),
        (#"form-data;name="file";filename*=UTF-8''na%C3%AFve.png"#, "UTF-8''na%C3%AFve.png"),
        (#"FORM-DATA; Name="file"; FileName="""#, ""),
    ])
    func `names may be quoted, escaped or encoded`(_ disposition: String, _ filename: String) throws {
        let form = try parse(file(disposition))
        #expect(form.files.map(\.name) == ["file"])
        #expect(form.files.map(\.filename) == [filename])
    }

    @Test(arguments: ["b", "a'()+_,-./:=?z", "with a space", String(repeating: "x", count: 70), "--dashes--"])
    func `any boundary that the RFC allows works`(_ boundary: String) throws {
        let body =
            "preamble\r\n--\(boundary) \t\r\ncontent-disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\nyes\r\n--\(boundary)--\r\nepilogue"
        #expect(
            try parse(body, boundary: boundary).files.map { String(decoding: $0.content, as: UTF8.self) } == ["yes"]
        )
    }

    @Test(arguments: ["", "ends with space ", "b\r\nb", "ü", String(repeating: "x", count: 71)])
    func `any other boundary is refused`(_ boundary: String) {
        #expect(throws: MultipartForm.Failure.invalidBoundary) { try parse("", boundary: boundary) }
    }

    @Test func `an empty file is an empty part`() throws {
        #expect(try parse(file("form-data; name=\"f\"; filename=\"x\"", content: "")).files.map(\.content.count) == [0])
    }

    @Test func `a single part without a file name is a file`() throws {
        #expect(try parse(file("form-data; name=\"file\"")).files.count == 1)
    }

    @Test(arguments: [
        "", "data", "--b", "--b\r\n", "--b\r\n\r\n", "--b\r\n\r\ndata\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\ndata",
        "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\ndata\r\n--",
        "--b\r\nContent-Disposition: form-data\r\n\r\ndata\r\n--b--",
        "--b\r\nContent-Disposition: attachment; name=\"f\"\r\n\r\ndata\r\n--b--",
        "--b\r\nContent-Type: image/png\r\n\r\ndata\r\n--b--",
        "b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\ndata\r\nb",
        "--b\r\nX: \(String(repeating: "x", count: 9000))\r\n\r\ndata\r\n--b--",
    ])
    func `a malformed form is refused with a reason`(_ body: String) {
        #expect(throws: MultipartForm.Failure.self) { try parse(body) }
    }

    @Test(arguments: 8150...8210)
    func `a part's header near the length limit is accepted or refused`(_ length: Int) {
        let head = "--b\r\nContent-Disposition: form-data; name=\"f\"\r\nX: "
        let body = "\(head)\(String(repeating: "x", count: length))\r\n\r\ndata\r\n--b--"
        let headerBytes = body.utf8.count - "--b".utf8.count - "\r\ndata\r\n--b--".utf8.count
        if headerBytes <= MultipartForm.maxPartHeaderBytes {
            #expect(throws: Never.self) { try parse(body) }
        } else {
            #expect(throws: MultipartForm.Failure.self) { try parse(body) }
        }
    }

    @Test func `the number of parts is limited`() {
        let part = "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nx\r\n"
        #expect(throws: Never.self) { try parse(String(repeating: part, count: MultipartForm.maxParts) + "--b--") }
        #expect(throws: MultipartForm.Failure.self) {
            try parse(String(repeating: part, count: MultipartForm.maxParts + 1) + "--b--")
        }
    }

    @Test func `a truncated form is refused at any length`() throws {
        let body = Array(file("form-data; name=\"f\"; filename=\"x\"").utf8)
        // The last line break may be missing: RFC 2046 §5.1.1 makes it part of the epilogue.
        for length in 0..<(body.count - 2) {
            #expect(throws: MultipartForm.Failure.self) { try MultipartForm(Array(body.prefix(length)), boundary: "b") }
        }
    }
}
