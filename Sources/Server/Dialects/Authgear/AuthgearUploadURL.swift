import Bytes
import Crypto
import FoundationEssentials
import HTTPTypes
import ProfileImages

/// A pre-signed URL for the upload of one picture without a credential. Its query contains the terms of the upload, and
/// an HMAC-SHA256 (RFC 2104) over these terms, the method, the path and the host.
struct AuthgearUploadURL {
    /// The content of the parameter `x-authgear-metadata`.
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

    /// The user that requested the URL; nil if an administrator requested it.
    let uploader: UserID?

    /// Returns the path with the signed query, for a POST to `host`.
    /// - Parameter lifetime: the lifetime of the URL in seconds.
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
        let code = Signature(of: signed, secret: secret).code
        let signature = "\(signatureName)=\(code.map(\.hexadecimal).joined())"
        return "\(path)?\((items + [signature]).sorted().joined(separator: "&"))"
    }

    /// Verifies the signature and the lifetime of the URL that a request uses.
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
        guard Signature(code).isValid(for: signed, secrets: secrets) else {
            throw .authgear("InvalidSignature", "invalid signature")
        }
        guard now < date.addingTimeInterval(Double(lifetime)) else {
            throw .authgear("ExpiredSignature", "expired signature")
        }
        let metadata = try parameter("x-authgear-metadata") { text in
            Data(base64URL: Array(text.utf8)[...]).flatMap { try? JSONDecoder().decode(Metadata.self, from: $0) }
        }
        uploader = metadata.userID.flatMap(UserID.init(rawValue:))
    }

    /// The text that is signed. The host is in lower case, because hosts are case-insensitive, RFC 3986 §3.2.2.
    private static func text(method: String, path: String, items: [String], date: String, host: String) -> Data {
        let query = items.filter { !$0.hasPrefix("\(signatureName)=") }.sorted().joined(separator: "&")
        let canonical = [method, path, query, "host:\(host.lowercased())", "", "host", "UNSIGNED-PAYLOAD"]
        let digest = SHA256.hash(data: Data(canonical.joined(separator: "\n").utf8)).map(\.hexadecimal).joined()
        return Data([algorithm, date, digest].joined(separator: "\n").utf8)
    }
}

extension Data {
    /// Returns nil if `text` is not an even number of hexadecimal digits.
    fileprivate init?(hexadecimal text: String) {
        let digits = text.utf8.compactMap(\.hexDigitValue)
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        self.init(stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }
}
