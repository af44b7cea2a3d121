/// An error in a response: §7.1.2.
package struct GraphQLError: Error, Equatable, Sendable {
    /// A segment of the path to a field of the response.
    package enum PathElement: Equatable, Sendable {
        case name(String)
        case index(Int)
    }

    package let message: String
    package let locations: [Location]
    /// The path of the response field that is null because of this error; nil if nothing was executed.
    package let path: [PathElement]?
    /// An object with additional entries of the service.
    package let extensions: Value?

    package init(
        _ message: String,
        at locations: [Location] = [],
        path: [PathElement]? = nil,
        extensions: Value? = nil
    ) {
        self.message = message
        self.locations = locations
        self.path = path
        self.extensions = extensions
    }

    static func syntax(_ reason: String, at location: Location) -> GraphQLError {
        GraphQLError("Syntax Error: \(reason)", at: [location])
    }

    static func tooMuch(_ what: String, limit: Int, at location: Location? = nil) -> GraphQLError {
        GraphQLError("The document \(what); at most \(limit) are allowed.", at: location.map { [$0] } ?? [])
    }

    package var value: Value {
        var members = [Value.Member("message", .string(message))]
        if !locations.isEmpty {
            let items = locations.map { Value.object([.init("line", $0.line), .init("column", $0.column)]) }
            members.append(.init("locations", .list(items)))
        }
        if let path { members.append(.init("path", .list(path.map(\.value)))) }
        if let extensions { members.append(.init("extensions", extensions)) }
        return .object(members)
    }
}

extension GraphQLError.PathElement {
    fileprivate var value: Value {
        switch self {
        case .name(let name): .string(name)
        case .index(let index): .integer(Int64(index))
        }
    }
}
