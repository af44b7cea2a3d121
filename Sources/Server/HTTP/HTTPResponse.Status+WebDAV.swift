import HTTPTypes

extension HTTPResponse.Status {
    /// RFC 4918 §11.5.
    static let insufficientStorage = Self(code: 507, reasonPhrase: "Insufficient Storage")
}
