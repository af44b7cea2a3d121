/// Who makes a change, as events and the audit name them.
package struct Actor: Equatable, Sendable {
    /// What proved who they are.
    package enum Credential: String, Sendable {
        case token
        case apiKey = "api-key"
        /// The web server itself has authenticated the user.
        case remoteUser = "remote-user"
        /// A URL that was signed beforehand.
        case presignedURL = "presigned-url"
        /// A person who may run portraitd's own commands.
        case command
        /// The worker, by itself.
        case worker
    }

    package let credential: Credential
    /// The user, the identifier of the API key, or the name of the command or task.
    package let name: String
    /// The request in which it happens, if it is one.
    package let requestID: String?

    package init(_ credential: Credential, name: String, requestID: String? = nil) {
        self.credential = credential
        self.name = name
        self.requestID = requestID
    }
}
