package import FastCGI
import HTTPTypes
import ProfileImages
import StreamSafe

extension Request {
    /// The most header fields that are taken, as nginx has it. `HTTPFields` ends the process at 65,535.
    static let maxFields = 1_000

    /// Reads a request from CGI variables, RFC 3875 §4.1, as nginx's `fastcgi_param` lines set them.
    ///
    /// `REQUEST_URI` is the raw request target; `PATH_INFO` would be decoded already. A request of an unknown method, or of too
    /// many fields, has no target, as one whose target is malformed.
    package init(_ request: FastCGIRequest) {
        let parameters = request.parameters
        let method = HTTPRequest.Method(parameters["REQUEST_METHOD"] ?? "")
        let fields = Self.headerFields(parameters)
        // Header fields are compared, and their parameters kept in dictionaries.
        let isBounded = parameters.values.allSatisfy { $0.isStreamSafe }
        let target = isBounded ? RequestTarget(rawValue: parameters["REQUEST_URI"] ?? "") : nil
        self.init(
            head: HTTPRequest(
                method: method ?? .get,
                scheme: parameters["REQUEST_SCHEME"] ?? "http",
                authority: parameters["HTTP_HOST"].flatMap(Self.validAuthority),
                path: parameters["REQUEST_URI"],
                headerFields: fields ?? [:]
            ),
            target: method == nil || fields == nil ? nil : target,
            id: parameters["REQUEST_ID"].flatMap { $0.isEmpty ? nil : $0 }
                ?? UInt128.random(in: .min ... .max).hexadecimal,
            remoteUser: parameters["REMOTE_USER"].flatMap { $0.isEmpty ? nil : $0 },
            giveUpPlace: request.willTakeLong,
            readBody: request.readBody(upTo:)
        )
    }

    /// RFC 3875 §4.1.18: `HTTP_IF_MATCH` is the header field `If-Match`. Nil when there are too many.
    static func headerFields(_ parameters: [String: String]) -> HTTPFields? {
        var fields = HTTPFields()
        for (variable, value) in parameters where variable.hasPrefix("HTTP_") {
            let name = variable.utf8.dropFirst(5).map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
            guard let name = HTTPField.Name(String(decoding: name, as: UTF8.self)) else { continue }
            guard fields.count < maxFields else { return nil }
            // Set by its name, a cookie would become as many fields as it has semicolons.
            if name == .cookie { fields.append(HTTPField(name: name, value: value)) } else { fields[name] = value }
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
