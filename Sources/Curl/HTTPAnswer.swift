package import HTTPTypes

/// What a server answered, after all redirects.
package struct HTTPAnswer: Sendable {
    package let status: HTTPResponse.Status
    package let fields: HTTPFields
    /// How long the server asks to wait for the next request, RFC 9110 §10.2.3; nil when it does not.
    package let retryAfter: Duration?
    /// The body, or its beginning.
    package let body: [UInt8]
    /// Whether the body was longer than the policy allows; the rest was not received.
    package let isTruncated: Bool
}
