/// One setting as it is in effect, for people.
package struct EffectiveSetting: Equatable, Encodable, Sendable {
    package let key: String
    /// Empty when it is not set; of a secret only that there is one.
    package let value: String
    /// Where it is set: `portraitd.conf line 3`, `the environment`, `the credential jwt-secret`, or `default`.
    package let origin: String
}
