import Crypto
import FoundationEssentials
import ProfileImages

/// The last segment of the URL of an upload that was allowed beforehand: what is allowed, and its HMAC-SHA256 (RFC 2104)
/// over that and the host, both in base64url with a dot between them.
struct UploadToken {
    /// What is signed, in short: it stands in a URL.
    private struct Claims: Codable {
        let id: String
        let sub: String
        let exp: Int64
        let max: Int
    }

    /// The end of the year 9999: what is signed elsewhere with the secret may hold any number.
    private static let latest: Int64 = 253_402_300_799

    let rawValue: String

    /// Signs `upload` for the one `host[:port]` that it may be sent to.
    init(_ upload: PresignedUpload, host: String, secret: [UInt8]) throws {
        let claims = Claims(
            id: upload.id,
            sub: upload.userID.rawValue,
            exp: Int64(upload.expiresAt.timeIntervalSince1970),
            max: upload.maxBytes
        )
        let text = try JSONEncoder().encode(claims).base64URL
        let code = HMAC<SHA256>.authenticationCode(for: Self.signed(text, host), using: SymmetricKey(data: secret))
        rawValue = "\(text).\(Data(code).base64URL)"
    }

    init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// What is allowed; nil unless one of `secrets` has signed this for `host`. swift-crypto compares in constant time.
    func upload(to host: String, secrets: [[UInt8]]) -> PresignedUpload? {
        let parts = rawValue.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let code = Data(base64URL: Array(parts[1].utf8)[...]) else { return nil }
        let isSigned = secrets.contains {
            HMAC<SHA256>.isValidAuthenticationCode(
                code,
                authenticating: Self.signed(parts[0], host),
                using: SymmetricKey(data: $0)
            )
        }
        guard isSigned, let json = Data(base64URL: Array(parts[0].utf8)[...]),
            let claims = try? JSONDecoder().decode(Claims.self, from: json), let user = UserID(rawValue: claims.sub),
            (0...Self.latest).contains(claims.exp)
        else { return nil }
        return PresignedUpload(
            id: claims.id,
            userID: user,
            expiresAt: Date(timeIntervalSince1970: Double(claims.exp)),
            maxBytes: claims.max
        )
    }

    /// Neither holds a space, so that no two pairs are the same text. Hosts are the same in whatever case, RFC 3986 §3.2.2.
    private static func signed(_ text: String, _ host: String) -> Data {
        Data("\(text) \(host.lowercased())".utf8)
    }
}
