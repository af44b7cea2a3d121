package import FoundationEssentials
import JWTKit

/// A JSON Web Key Set, RFC 7517 §5.
package struct JSONWebKeySet: Sendable {
    /// A member of the set that may be of a kind that we do not know.
    private struct Member: Decodable {
        let key: JWK?

        init(from decoder: any Decoder) throws {
            // RFC 7517 §5: a key that is not understood is ignored, not an error.
            key = try? JWK(from: decoder)
        }
    }

    private struct Document: Decodable {
        let keys: [Member]
    }

    private let keys: [JWK]

    /// - Throws: `DecodingError` when `data` is not a key set.
    package init(_ data: Data) throws {
        keys = try JSONDecoder().decode(Document.self, from: data).keys.compactMap(\.key)
    }

    /// The keys that tokens can be verified with; a key of the wrong size or off its curve is left out, as one unknown.
    package func verificationKeys() async -> [VerificationKey] {
        var result: [VerificationKey] = []
        for key in keys {
            if let verificationKey = try? await VerificationKey(key) { result.append(verificationKey) }
        }
        return result
    }
}
