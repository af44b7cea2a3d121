/// What a client gets: §7.1.
package struct Response {
    /// What was asked for; null when an error leaves nothing of it, and nil when nothing was executed.
    package let data: Value?
    package let errors: [GraphQLError]
    /// Errors that the client learns nothing of.
    package let unexpected: [any Error]

    /// A request that is not executed.
    package init(refusing errors: [GraphQLError]) {
        self.init(data: nil, errors: errors, unexpected: [])
    }

    init(data: Value?, errors: [GraphQLError], unexpected: [any Error]) {
        self.data = data
        self.errors = errors
        self.unexpected = unexpected
    }

    /// The response as JSON.
    package var json: [UInt8] {
        var members: [Value.Member] = []
        if !errors.isEmpty { members.append(.init("errors", .list(errors.map(\.value)))) }
        if let data { members.append(.init("data", data)) }
        return Value.object(members).json
    }
}
