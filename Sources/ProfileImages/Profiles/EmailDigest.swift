/// An e-mail address as Gravatar and Libravatar name it in URLs.
package enum EmailDigest: Hashable, Sendable {
    /// 32 hexadecimal digits.
    case md5(String)
    /// 64 hexadecimal digits.
    case sha256(String)

    /// Returns nil unless `digits` has the length of one of the two and nothing but hexadecimal digits, in either case.
    package init?(_ digits: String) {
        guard digits.utf8.allSatisfy({ UnicodeScalar($0).properties.isASCIIHexDigit }) else { return nil }
        switch digits.utf8.count {
        case 32: self = .md5(digits.lowercased())
        case 64: self = .sha256(digits.lowercased())
        default: return nil
        }
    }
}
