package import HTTPTypes

/// A request to a server.
package struct HTTPCall: Sendable {
    /// The methods that are in use.
    package enum Method: Sendable {
        case get
        /// With a body.
        case post([UInt8])
    }

    package let method: Method
    /// Absolute, http or https, without credentials.
    package let url: String
    package let fields: HTTPFields

    package init(_ method: Method, _ url: String, fields: HTTPFields = [:]) {
        self.method = method
        self.url = url
        self.fields = fields
    }
}
