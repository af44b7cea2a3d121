/// A request as clients send it.
package struct Request: Sendable {
    /// The document.
    package let query: String
    /// What the variables stand for, an object or null.
    package let variables: Value
    /// Which operation of the document is meant, when there are several.
    package let operationName: String?

    package init(query: String, variables: Value = .null, operationName: String? = nil) {
        self.query = query
        self.variables = variables
        self.operationName = operationName
    }
}
