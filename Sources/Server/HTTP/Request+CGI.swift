package import FastCGI
import HTTPTypes
import ProfileImages
import StreamSafe

extension Request {
    /// Reads a request from CGI variables, RFC 3875 §4.1, as nginx's `fastcgi_param` lines set them.
    ///
    /// `REQUEST_URI` is the raw request target; `PATH_INFO` would be decoded already.
    package init(_ request: FastCGIRequest) {
        let parameters = request.parameters
        let method = HTTPRequest.Method(parameters["REQUEST_METHOD"] ?? "")
        // Header fields are compared, and their parameters kept in dictionaries.
        let isBounded = parameters.values.allSatisfy(\.isStreamSafe)
        let target = isBounded ? RequestTarget(rawValue: parameters["REQUEST_URI"] ?? "") : nil
        self.init(
            head: HTTPRequest(
                method: method ?? .get,
                scheme: parameters["REQUEST_SCHEME"] ?? "http",
                authority: parameters["HTTP_HOST"].flatMap(Self.validAuthority),
                path: parameters["REQUEST_URI"],
                headerFields: Self.headerFields(parameters)
            ),
            target: method == nil ? nil : target,
            id: parameters["REQUEST_ID"].flatMap { $0.isEmpty ? nil : $0 }
                ?? UInt128.random(in: .min ... .max).hexadecimal,
            remoteUser: parameters["REMOTE_USER"].flatMap { $0.isEmpty ? nil : $0 },
            giveUpPlace: request.willTakeLong,
            readBody: request.readBody(upTo:)
        )
    }

    /// RFC 3875 §4.1.18: `HTTP_IF_MATCH` is the header field `If-Match`.
    private static func headerFields(_ parameters: [String: String]) -> HTTPFields {
        var fields = HTTPFields()
        for (variable, value) in parameters where variable.hasPrefix("HTTP_") {
            let name = variable.utf8.dropFirst(5).map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
            guard let name = HTTPField.Name(String(decoding: name, as: UTF8.self)) else { continue }
            fields[name] = value
        }
        fields[.contentType] = parameters["CONTENT_TYPE"].flatMap { $0.isEmpty ? nil : $0 }
        fields[.contentLength] = parameters["CONTENT_LENGTH"].flatMap { $0.isEmpty ? nil : $0 }
        return fields
    }

    /// The authority goes into URLs that we answer with: only the characters of RFC 3986 §3.2.2 without userinfo.
    private static func validAuthority(_ text: String) -> String? {
        let isAllowed = { (byte: UInt8) in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~:[]".utf8.contains(byte)
            }
        }
        return !text.isEmpty && text.utf8.allSatisfy(isAllowed) ? text : nil
    }
}
