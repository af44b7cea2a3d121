internal import CCurl
package import HTTPTypes

/// An HTTP client over libcurl that enforces a policy. It runs one transfer at a time, on the thread that owns it, and
/// keeps connections for later transfers.
package struct HTTPClient: ~Copyable {
    private let connections: ConnectionCache
    private let policy: HTTPPolicy
    private let isStopped: () -> Bool

    /// - Parameter isStopped: called about once a second during a transfer; true aborts the transfer.
    package init(policy: HTTPPolicy, isStopped: @escaping () -> Bool = { false }) throws(HTTPClientError) {
        connections = try ConnectionCache()
        self.policy = policy
        self.isStopped = isStopped
    }

    /// Sends a request and receives the answer; an error status is an answer too.
    package mutating func send(_ call: HTTPCall) throws(HTTPClientError) -> HTTPAnswer {
        let handle = try EasyHandle(sharing: connections)
        try setPolicy(of: handle)
        let fields = try FieldList(call.fields)
        try handle.setFields(fields)
        if case .post(let body) = call.method { try handle.setBody(body) }
        try handle.set(CURLOPT_URL, call.url)
        let transfer = Transfer(policy: policy, isStopped: isStopped)
        let code = try handle.perform(transfer)
        if let error = HTTPClientError(code, transfer) {
            // CURLE_UNSUPPORTED_PROTOCOL means a forbidden scheme or an unknown version of HTTP.
            let isHTTP = try Self.isHTTP(handle.text(CURLINFO_EFFECTIVE_URL))
            throw error == .unsupportedScheme && isHTTP ? .malformed : error
        }
        // The value is a curl_off_t, which is a long if long has 64 bits.
        let retryAfter = try handle.number(CURLINFO_RETRY_AFTER)
        return HTTPAnswer(
            status: try Self.status(try handle.number(CURLINFO_RESPONSE_CODE)),
            fields: transfer.fields,
            retryAfter: retryAfter > 0 ? .seconds(retryAfter) : nil,
            body: transfer.body,
            isTruncated: transfer.isTruncated
        )
    }

    /// Converts a status code. libcurl passes on the number in the status line, which can be any number after `HTTP/2`,
    /// and 0 if there was none; `HTTPResponse.Status` traps at a code of more than three digits.
    /// - Throws: `malformed` if the code is in none of the five classes of RFC 9110 §15.
    private static func status(_ code: Int) throws(HTTPClientError) -> HTTPResponse.Status {
        guard (100...599).contains(code) else { throw .malformed }
        return HTTPResponse.Status(code: code)
    }

    private static func isHTTP(_ url: String?) -> Bool {
        ["http", "https"].contains(url?.prefix { $0 != ":" }.lowercased())
    }

    private func setPolicy(of handle: borrowing EasyHandle) throws(HTTPClientError) {
        // Also for redirects.
        try handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        try handle.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        try handle.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        try handle.set(CURLOPT_FOLLOWLOCATION, policy.maxRedirects > 0 ? 1 : 0)
        try handle.set(CURLOPT_MAXREDIRS, policy.maxRedirects)
        // An empty name disables the proxy of the environment: a proxy would connect to any address for us.
        try handle.set(CURLOPT_PROXY, "")
        try handle.set(CURLOPT_SSL_VERIFYPEER, 1)
        // curl_easy_setopt(3), CURLOPT_SSL_VERIFYHOST: 2 compares the host name.
        try handle.set(CURLOPT_SSL_VERIFYHOST, 2)
        if let file = policy.certificateFile { try handle.set(CURLOPT_CAINFO, file) }
        try handle.set(CURLOPT_USERAGENT, policy.userAgent)
        try handle.set(CURLOPT_CONNECTTIMEOUT_MS, policy.connectTimeout)
        try handle.set(CURLOPT_TIMEOUT_MS, policy.timeout)
        try handle.set(CURLOPT_LOW_SPEED_LIMIT, 100)
        try handle.set(CURLOPT_LOW_SPEED_TIME, Int(policy.stallTimeout / .seconds(1)))
        // curl_easy_setopt(3): an empty text asks for every encoding that libcurl was built with. `Transfer` counts
        // decoded bytes.
        if policy.decodesContent { try handle.set(CURLOPT_ACCEPT_ENCODING, "") }
        // libcurl-thread(3): otherwise a name lookup that times out raises SIGALRM.
        try handle.set(CURLOPT_NOSIGNAL, 1)
        try handle.set(CURLOPT_NOPROGRESS, 0)
    }
}

/// A request to a server.
package struct HTTPCall: Sendable {
    /// The supported methods.
    package enum Method: Sendable {
        case get
        /// POST with this body.
        case post([UInt8])
    }

    package let method: Method
    /// An absolute http or https URL without credentials.
    package let url: String
    package let fields: HTTPFields

    package init(_ method: Method, _ url: String, fields: HTTPFields = [:]) {
        self.method = method
        self.url = url
        self.fields = fields
    }
}

/// The answer of a server, after all redirects.
package struct HTTPAnswer: Sendable {
    package let status: HTTPResponse.Status
    package let fields: HTTPFields
    /// The time in Retry-After, RFC 9110 §10.2.3; nil if it is absent or zero.
    package let retryAfter: Duration?
    /// The body, or its beginning if `isTruncated`.
    package let body: [UInt8]
    /// Whether the body exceeds the limit of the policy; the rest was not received.
    package let isTruncated: Bool
}

/// The limits and options of an HTTP client.
package struct HTTPPolicy: Sendable {
    /// The addresses that the client may connect to; redirects are checked too.
    package var addresses: AddressPolicy
    /// The User-Agent field, RFC 9110 §10.1.5.
    package var userAgent: String
    /// The largest number of redirects to follow; with 0 a redirect is returned as the answer.
    package var maxRedirects: Int
    /// The largest number of body bytes to receive, after decoding.
    package var maxBodyBytes: Int
    /// Whether the client requests and decodes a `Content-Encoding` such as gzip, RFC 9110 §8.4.
    package var decodesContent: Bool
    /// The longest time for a connection, including the name lookup and TLS.
    package var connectTimeout: Duration
    /// The longest time for the whole transfer.
    package var timeout: Duration
    /// The longest time at less than 100 bytes per second.
    package var stallTimeout: Duration
    /// A PEM file of trusted certificates; nil for those of the system.
    package var certificateFile: String?

    package init(
        addresses: AddressPolicy,
        userAgent: String,
        maxRedirects: Int = 0,
        maxBodyBytes: Int = 4096,
        decodesContent: Bool = false,
        connectTimeout: Duration = .seconds(5),
        timeout: Duration = .seconds(30),
        stallTimeout: Duration = .seconds(10),
        certificateFile: String? = nil
    ) {
        self.addresses = addresses
        self.userAgent = userAgent
        self.maxRedirects = maxRedirects
        self.maxBodyBytes = maxBodyBytes
        self.decodesContent = decodesContent
        self.connectTimeout = connectTimeout
        self.timeout = timeout
        self.stallTimeout = stallTimeout
        self.certificateFile = certificateFile
    }
}
