import Crypto
import FoundationEssentials
import HTTPTypes
import ProfileImages

/// A URL that takes one picture without a credential. Its query says what is allowed, and holds an HMAC-SHA256 (RFC 2104) over
/// that, the method, the path and the host.
struct AuthgearUploadURL {
    /// What is known beside the signature.
    private struct Metadata: Codable {
        let userID: String?
        let uploader: String

        enum CodingKeys: String, CodingKey {
            case userID = "user_id"
            case uploader = "uploaded_by"
        }
    }

    private static let algorithm = "HMAC-SHA256"
    private static let signatureName = "x-authgear-signature"

    /// The user who asked for it; nil when an administrator did.
    let uploader: UserID?

    /// The path with its query, for a POST to `host`.
    static func target(
        of path: String,
        host: String,
        uploader: UserID?,
        lifetime: Int,
        secret: [UInt8],
        now: Date = .now
    ) throws -> String {
        let metadata = Metadata(userID: uploader?.rawValue, uploader: uploader == nil ? "admin_api" : "user")
        let items = [
            "x-authgear-algorithm=\(algorithm)",
            "x-authgear-date=\(now.formatted(.iso8601).replacing(":", with: "%3A"))",
            "x-authgear-expires=\(lifetime)",
            "x-authgear-metadata=\(try JSONEncoder().encode(metadata).base64URL)",
            "x-authgear-signedheaders=host",
        ]
        let signed = text(method: "POST", path: path, items: items, date: now.formatted(.iso8601), host: host)
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: secret))
        let signature = "\(signatureName)=\(Array(code).map(\.hexadecimal).joined())"
        return "\(path)?\((items + [signature]).sorted().joined(separator: "&"))"
    }

    /// Checks that a request was allowed.
    /// - Throws: a problem with status 400.
    init(_ request: Request, secrets: [[UInt8]], now: Date = .now) throws(Problem) {
        func parameter<Value>(_ name: String, _ read: (String) -> Value?) throws(Problem) -> Value {
            guard let value = request.query(name).flatMap(read) else {
                throw .authgear("InvalidSignatureQueryParam", "invalid \(name)")
            }
            return value
        }
        _ = try parameter("x-authgear-algorithm") { $0 == Self.algorithm ? $0 : nil }
        let dateText = try parameter("x-authgear-date") { $0 }
        let date = try parameter("x-authgear-date") { try? Date($0, strategy: .iso8601) }
        let lifetime = try parameter("x-authgear-expires") { Int($0).flatMap { (1...604_800).contains($0) ? $0 : nil } }
        _ = try parameter("x-authgear-signedheaders") { $0 == "host" ? $0 : nil }
        let code = try parameter(Self.signatureName) { Data(hexadecimal: $0) }
        let target = (request.head.path ?? "").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let signed = Self.text(
            method: request.head.method.rawValue,
            path: String(target[0]),
            items: (target.dropFirst().first ?? "").split(separator: "&").map(String.init),
            date: dateText,
            host: request.head.authority ?? ""
        )
        // swift-crypto compares in constant time.
        let isSigned = secrets.contains {
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: SymmetricKey(data: $0))
        }
        guard isSigned else { throw .authgear("InvalidSignature", "invalid signature") }
        guard now < date.addingTimeInterval(Double(lifetime)) else {
            throw .authgear("ExpiredSignature", "expired signature")
        }
        let metadata = try parameter("x-authgear-metadata") { text in
            Data(base64URL: Array(text.utf8)[...]).flatMap { try? JSONDecoder().decode(Metadata.self, from: $0) }
        }
        uploader = metadata.userID.flatMap(UserID.init(rawValue:))
    }

    /// What is signed. Hosts are the same in whatever case, RFC 3986 §3.2.2.
    private static func text(method: String, path: String, items: [String], date: String, host: String) -> Data {
        let query = items.filter { !$0.hasPrefix("\(signatureName)=") }.sorted().joined(separator: "&")
        let canonical = [method, path, query, "host:\(host.lowercased())", "", "host", "UNSIGNED-PAYLOAD"]
        let digest = SHA256.hash(data: Data(canonical.joined(separator: "\n").utf8)).map(\.hexadecimal).joined()
        return Data([algorithm, date, digest].joined(separator: "\n").utf8)
    }
}

extension Data {
    /// Nil for what is no even number of hexadecimal digits.
    fileprivate init?(hexadecimal text: String) {
        let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
        let values = digits.compactMap(\.self)
        self.init(stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) })
    }
}
