import HTTPTypes

extension HTTPField.Name {
    static let webhookID = Self.known("webhook-id")
    static let webhookTimestamp = Self.known("webhook-timestamp")
    static let webhookSignature = Self.known("webhook-signature")

    private static func known(_ name: String) -> Self {
        guard let name = Self(name) else { preconditionFailure("\(name) is a token") }
        return name
    }
}
