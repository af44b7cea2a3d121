internal import CCurl
internal import HTTPTypes

/// The fields of a request as libcurl wants them.
@safe struct FieldList: ~Copyable {
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    init(_ fields: HTTPFields) throws(HTTPClientError) {
        // Without it libcurl asks before it sends a long body, and waits a second for servers that do not answer.
        try append("Expect:")
        for field in fields {
            // curl_easy_setopt(3), CURLOPT_HTTPHEADER: with a colon at the end a field would be left out.
            try append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
    }

    deinit {
        unsafe curl_slist_free_all(first)
    }

    private mutating func append(_ line: String) throws(HTTPClientError) {
        guard let list = unsafe curl_slist_append(first, line) else { throw .failed("curl_slist_append") }
        unsafe first = list
    }
}
