import ProfileImages

/// A call of a method: `POST /endpoint/method` with the arguments as JSON, or, in Serverpod 2 and 3, `POST /endpoint`
/// with the method in the argument `method`.
struct ServerpodCall {
    /// The argument that may be as long as a file.
    static let image = "image"

    let method: String
    /// The arguments by name. Unknown ones are ignored, because clients of later versions send more.
    private var arguments: JSONObjectWithFile

    /// - Throws: a problem with status 400.
    init(_ request: Request, body: consuming [UInt8]) throws {
        if body.isEmpty { body = Array("{}".utf8) }
        arguments = try JSONObjectWithFile(body, file: Self.image)
        arguments.members.merge((request.target?.query ?? []).map { ($0.name, .string($0.value)) })
        let named = try arguments.members.text("method", maxBytes: ProfileService.maxNameBytes)
        guard let method = request.parameters["method"] ?? named?.flatMap(\.self) else {
            throw Problem.badRequest("No method name specified")
        }
        self.method = method
    }

    /// Returns the argument with a name; nil if it is null, empty or absent.
    /// - Throws: a problem with status 400.
    mutating func name(_ argument: String) throws(CodedError) -> String? {
        let text = try arguments.members.text(argument, maxBytes: ProfileService.maxNameBytes)?.flatMap(\.self)
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Returns the bytes of the image, which are decoded in place. Call this once.
    /// - Throws: a problem with status 400.
    mutating func takeImage() throws -> [UInt8] {
        guard var bytes = arguments.takeText() else {
            throw Problem.badRequest("Missing required query parameter: image")
        }
        try bytes.decodeByteData()
        return bytes
    }
}

extension [UInt8] {
    /// Decodes Serverpod's `ByteData`, which has the form of a PostgreSQL expression: `decode('…', 'base64')`.
    fileprivate mutating func decodeByteData() throws(CodedError) {
        let (head, tail) = (Array("decode('".utf8), Array("', 'base64')".utf8))
        guard count >= head.count + tail.count, starts(with: head), suffix(tail.count) == tail[...] else {
            throw .badMember(ServerpodCall.image, "must be ByteData: decode('…', 'base64')")
        }
        do {
            try decodeBase64(in: head.count..<(count - tail.count))
        } catch {
            throw .badMember(ServerpodCall.image, "must be padded Base64 in the standard alphabet")
        }
    }
}
