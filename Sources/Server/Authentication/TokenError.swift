/// Why a bearer token is refused. The text is for the client's developer: it names the claim, never its value.
enum TokenError: Error, Equatable {
    case malformed
    case unknownKey
    case wrongAlgorithm
    case invalidSignature
    case expired
    case notYetValid
    case wrongIssuer
    case wrongAudience
    case invalidSubject

    var detail: String {
        switch self {
        case .malformed: "The bearer token is not a JSON Web Token that this server understands."
        case .unknownKey: "No key of this server matches the token's kid and alg."
        case .wrongAlgorithm: "The token's alg is not the algorithm of its key."
        case .invalidSignature: "The token's signature does not verify."
        case .expired: "The token has expired, or has no exp."
        case .notYetValid: "The token is not valid yet (nbf)."
        case .wrongIssuer: "The token's iss is not the expected issuer."
        case .wrongAudience: "The token's aud does not name this server."
        case .invalidSubject: "The token's sub is not a user identifier of 1 to 255 bytes without control characters."
        }
    }
}
