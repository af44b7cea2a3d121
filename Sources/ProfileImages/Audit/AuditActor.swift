/// The author of a change, as recorded in events and in the audit.
package struct AuditActor: Equatable, Sendable {
    /// The means by which the actor was authenticated.
    package enum Credential: String, Sendable {
        case token
        case apiKey = "api-key"
        /// The web server has authenticated the user.
        case remoteUser = "remote-user"
        /// An upload ticket.
        case presignedURL = "presigned-url"
        /// A command of portraitd, run by the operator.
        case command
        /// The worker process, without a request.
        case worker
    }

    package let credential: Credential
    /// The user identifier, the identifier of the API key, or the name of the command or task.
    package let name: String
    /// The identifier of the request that makes the change; nil outside of requests.
    package let requestID: String?

    package init(_ credential: Credential, name: String, requestID: String? = nil) {
        self.credential = credential
        self.name = name
        self.requestID = requestID
    }
}
