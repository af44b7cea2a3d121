import Crypto
import Foundation
import HTTPTypes
@testable import Server

/// Tokens of an issuer, from literal JSON, so that malformed tokens are possible too.
enum TestToken {
    /// A token signed by HS256.
    static func hs256(
        _ claims: String,
        header: String = #"{"alg":"HS256","typ":"JWT"}"#,
        secret: String = TestApplication.secret
    ) -> String {
        let input = "\(base64URL(Data(header.utf8))).\(base64URL(Data(claims.utf8)))"
        let code = HMAC<SHA256>.authenticationCode(for: Data(input.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        return "\(input).\(base64URL(Data(code)))"
    }

    /// The claims of a token that is valid for an hour.
    static func claims(sub: String, scope: String = "profile:read profile:write", more: String = "") -> String {
        let expiry = Int(Date.now.timeIntervalSince1970) + 3600
        return #"{"sub":"\#(sub)","exp":\#(expiry),"scope":"\#(scope)"\#(more)}"#
    }

    static func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

extension HTTPFields {
    /// The Authorization field with a token of `user`.
    static func user(_ user: String, scope: String = "profile:read profile:write") -> HTTPFields {
        .bearer(TestToken.hs256(TestToken.claims(sub: user, scope: scope)))
    }

    static func bearer(_ token: String) -> HTTPFields {
        [.authorization: "Bearer \(token)"]
    }

    func with(_ name: HTTPField.Name, _ value: String) -> HTTPFields {
        var fields = self
        fields[name] = value
        return fields
    }
}
