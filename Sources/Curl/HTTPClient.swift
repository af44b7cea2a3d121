internal import CCurl
internal import HTTPTypes

/// An HTTP client over libcurl that does what its policy allows: one transfer at a time, on the thread that owns it.
/// Connections are kept for the next transfer.
package struct HTTPClient: ~Copyable {
    private let connections: ConnectionCache
    private let policy: HTTPPolicy
    private let isStopped: () -> Bool

    /// - Parameter isStopped: asked about once a second during a transfer; true ends it.
    package init(policy: HTTPPolicy, isStopped: @escaping () -> Bool = { false }) throws(HTTPClientError) {
        connections = try ConnectionCache()
        self.policy = policy
        self.isStopped = isStopped
    }

    /// Sends a request and receives the answer, whatever its status.
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
            // libcurl's code for a scheme that is forbidden also means a version of HTTP that it does not know.
            let isHTTP = try Self.isHTTP(handle.text(CURLINFO_EFFECTIVE_URL))
            throw error == .unsupportedScheme && isHTTP ? .malformed : error
        }
        // A curl_off_t, which is a long where that has 64 bits.
        let retryAfter = try handle.number(CURLINFO_RETRY_AFTER)
        return HTTPAnswer(
            status: try Self.status(try handle.number(CURLINFO_RESPONSE_CODE)),
            fields: transfer.fields,
            retryAfter: retryAfter > 0 ? .seconds(retryAfter) : nil,
            body: transfer.body,
            isTruncated: transfer.isTruncated
        )
    }

    /// The status that a server's code means. libcurl hands on what stands in the status line, after `HTTP/2` any number, and
    /// 0 when there was none; `HTTPResponse.Status` ends the process for a code of more than three digits.
    /// - Throws: `malformed` if the code is of none of the five classes of RFC 9110 §15.
    private static func status(_ code: Int) throws(HTTPClientError) -> HTTPResponse.Status {
        guard (100...599).contains(code) else { throw .malformed }
        return HTTPResponse.Status(code: code)
    }

    private static func isHTTP(_ url: String?) -> Bool {
        ["http", "https"].contains(url?.prefix { $0 != ":" }.lowercased())
    }

    private func setPolicy(of handle: borrowing EasyHandle) throws(HTTPClientError) {
        // Of redirects, too.
        try handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        try handle.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        try handle.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        try handle.set(CURLOPT_FOLLOWLOCATION, policy.maxRedirects > 0 ? 1 : 0)
        try handle.set(CURLOPT_MAXREDIRS, policy.maxRedirects)
        // An empty name is no proxy, whatever the environment says: a proxy would connect to any address for us.
        try handle.set(CURLOPT_PROXY, "")
        try handle.set(CURLOPT_SSL_VERIFYPEER, 1)
        // curl_easy_setopt(3), CURLOPT_SSL_VERIFYHOST: 2 compares the name.
        try handle.set(CURLOPT_SSL_VERIFYHOST, 2)
        if let file = policy.certificateFile { try handle.set(CURLOPT_CAINFO, file) }
        try handle.set(CURLOPT_USERAGENT, policy.userAgent)
        try handle.set(CURLOPT_CONNECTTIMEOUT_MS, policy.connectTimeout)
        try handle.set(CURLOPT_TIMEOUT_MS, policy.timeout)
        try handle.set(CURLOPT_LOW_SPEED_LIMIT, 100)
        try handle.set(CURLOPT_LOW_SPEED_TIME, Int(policy.stallTimeout / .seconds(1)))
        // curl_easy_setopt(3): what libcurl can decode, which is what it was built with. `Transfer` counts decoded bytes.
        if policy.decodesContent { try handle.set(CURLOPT_ACCEPT_ENCODING, "") }
        // libcurl-thread(3): without it a look-up that takes too long raises SIGALRM.
        try handle.set(CURLOPT_NOSIGNAL, 1)
        try handle.set(CURLOPT_NOPROGRESS, 0)
    }
}
