import Crypto
import FoundationEssentials

/// What a webhook's sender and receiver share: a symmetric key as the Standard Webhooks specification writes it.
package struct WebhookSecret: RawRepresentable, Equatable, Sendable {
    private static let prefix = "whsec_"
    private static let byteCounts = 24...64

    /// `whsec_` and Base64.
    package let rawValue: String
    private let key: SymmetricKey

    /// Returns nil unless `rawValue` is `whsec_` and the Base64 of 24 to 64 bytes.
    package init?(rawValue: String) {
        guard rawValue.hasPrefix(Self.prefix),
            let bytes = Data(base64Encoded: String(rawValue.dropFirst(Self.prefix.count))),
            Self.byteCounts.contains(bytes.count)
        else { return nil }
        self.rawValue = rawValue
        key = SymmetricKey(data: bytes)
    }

    private init(bytes: Data) {
        rawValue = Self.prefix + bytes.base64EncodedString()
        key = SymmetricKey(data: bytes)
    }

    /// A new secret from the system's cryptographic random number generator.
    package static func random() -> Self {
        Self(bytes: Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }))
    }

    /// One signature of a message, as the header `webhook-signature` lists them.
    /// - Parameters:
    ///   - id: the message's identifier, without a full stop.
    ///   - timestamp: seconds since 1970.
    package func signature(of body: [UInt8], id: String, timestamp: Int) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(id).\(timestamp).".utf8) + body, using: key)
        return "v1,\(Data(code).base64EncodedString())"
    }
}
