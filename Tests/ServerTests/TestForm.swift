/// `multipart/form-data` bodies.
enum TestForm {
    static let contentType = "multipart/form-data; boundary=\"the boundary\""

    static func body(_ parts: [(name: String, filename: String?, content: [UInt8])]) -> [UInt8] {
        var body: [UInt8] = []
        for part in parts {
            let filename = part.filename.map { "; filename=\"\($0)\"" } ?? ""
            body += Array(
                "--the boundary\r\nContent-Disposition: form-data; name=\"\(part.name)\"\(filename)\r\n\r\n".utf8
            )
            body += part.content + Array("\r\n".utf8)
        }
        return body + Array("--the boundary--\r\n".utf8)
    }
}
