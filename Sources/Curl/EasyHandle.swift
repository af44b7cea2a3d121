internal import CCurl
internal import HTTPTypes

/// A handle of libcurl's easy interface, for one transfer.
///
/// It is not used for a second transfer: libcurl up to 7.88 keeps a pointer to the last field of the previous transfer
/// after that field is freed, and writes through it if the next answer begins with a folded line.
@safe struct EasyHandle: ~Copyable {
    private let handle: UnsafeMutableRawPointer

    /// - Parameter connections: the cache from which the handle takes connections and to which it returns them; it must
    ///   outlive the handle.
    init(sharing connections: borrowing ConnectionCache) throws(HTTPClientError) {
        try Self.initializeLibrary()
        guard let handle = unsafe curl_easy_init() else { throw .failed("curl_easy_init") }
        guard unsafe ccurl_set_argument(handle, CURLOPT_SHARE, connections.argument) == CURLE_OK else {
            unsafe curl_easy_cleanup(handle)
            throw .failed("CURLOPT_SHARE")
        }
        unsafe self.handle = handle
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
    }

    func set(_ option: CURLoption, _ value: Int) throws(HTTPClientError) {
        try Self.check(unsafe ccurl_set_number(handle, option, value))
    }

    func set(_ option: CURLoption, _ value: Duration) throws(HTTPClientError) {
        try set(option, Int(value / .milliseconds(1)))
    }

    func set(_ option: CURLoption, _ value: String) throws(HTTPClientError) {
        try Self.check(unsafe ccurl_set_text(handle, option, value))
    }

    /// Sets the fields of the request. libcurl does not copy the list, so the list must outlive the transfer.
    func setFields(_ list: borrowing FieldList) throws(HTTPClientError) {
        try Self.check(unsafe ccurl_set_list(handle, CURLOPT_HTTPHEADER, list.first))
    }

    /// Sets the body of the request; libcurl copies the bytes.
    func setBody(_ bytes: [UInt8]) throws(HTTPClientError) {
        try Self.check(unsafe ccurl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
        try Self.check(unsafe ccurl_set_bytes(handle, CURLOPT_COPYPOSTFIELDS, bytes))
    }

    /// Performs the transfer that the options describe; libcurl calls the callbacks of `transfer`.
    func perform(_ transfer: Transfer) throws(HTTPClientError) -> CURLcode {
        let argument = unsafe Unmanaged.passUnretained(transfer).toOpaque()
        for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_OPENSOCKETDATA, CURLOPT_XFERINFODATA] {
            try Self.check(unsafe ccurl_set_argument(handle, option, argument))
        }
        try Self.check(unsafe ccurl_on_data(handle, CURLOPT_WRITEFUNCTION, Transfer.onBody))
        try Self.check(unsafe ccurl_on_data(handle, CURLOPT_HEADERFUNCTION, Transfer.onField))
        try Self.check(unsafe ccurl_on_socket(handle, Transfer.onSocket))
        try Self.check(unsafe ccurl_on_progress(handle, Transfer.onProgress))
        return withExtendedLifetime(transfer) { unsafe curl_easy_perform(handle) }
    }

    func number(_ info: CURLINFO) throws(HTTPClientError) -> Int {
        var value = 0
        try Self.check(unsafe ccurl_get_number(handle, info, &value))
        return value
    }

    /// Returns a text about the transfer; nil if there is none.
    func text(_ info: CURLINFO) throws(HTTPClientError) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        try Self.check(unsafe ccurl_get_text(handle, info, &value))
        return unsafe value.map { unsafe String(cString: $0) }
    }

    /// Initialises libcurl. Must be called before any other function of libcurl.
    static func initializeLibrary() throws(HTTPClientError) {
        try check(initialization)
    }

    private static func check(_ code: CURLcode) throws(HTTPClientError) {
        guard code == CURLE_OK else { throw .failed(unsafe String(cString: curl_easy_strerror(code))) }
    }

    /// curl_global_init(3): once per process, before any handle.
    private static let initialization = curl_global_init(Int(CURL_GLOBAL_ALL))
}

/// The connections that are kept for later transfers: libcurl's share interface, without locks because one thread uses
/// it.
@safe struct ConnectionCache: ~Copyable {
    private let share: UnsafeMutableRawPointer

    init() throws(HTTPClientError) {
        try EasyHandle.initializeLibrary()
        guard let share = unsafe curl_share_init() else { throw .failed("curl_share_init") }
        guard unsafe ccurl_share(share, CURL_LOCK_DATA_CONNECT) == CURLSHE_OK else {
            unsafe curl_share_cleanup(share)
            throw .failed("curl_share_setopt")
        }
        unsafe self.share = share
    }

    /// curl_share_cleanup(3): must run after every handle that uses the cache is freed.
    deinit {
        unsafe curl_share_cleanup(share)
    }

    /// The value of CURLOPT_SHARE; it must not outlive the cache.
    var argument: UnsafeMutableRawPointer {
        unsafe share
    }
}

/// The fields of a request, as a list for libcurl.
@safe struct FieldList: ~Copyable {
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    init(_ fields: HTTPFields) throws(HTTPClientError) {
        // Removes the Expect field. With it, libcurl asks before it sends a long body, and waits a second for servers
        // that do not answer.
        try append("Expect:")
        for field in fields {
            // curl_easy_setopt(3), CURLOPT_HTTPHEADER: an empty field ends with a semicolon; with a colon libcurl would
            // omit it.
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
