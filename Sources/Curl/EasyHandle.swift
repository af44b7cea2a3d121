internal import CCurl

/// A handle of libcurl's easy interface, for one transfer.
///
/// Not for another: up to 7.88 libcurl keeps a pointer to the last field of the transfer before, which is freed by then, and
/// writes there where a server's next answer begins with a folded line.
@safe struct EasyHandle: ~Copyable {
    private let handle: UnsafeMutableRawPointer

    /// - Parameter connections: where connections come from and go to; it must outlive the handle.
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

    /// libcurl does not copy the list: it is to outlive the transfer.
    func setFields(_ list: borrowing FieldList) throws(HTTPClientError) {
        try Self.check(unsafe ccurl_set_list(handle, CURLOPT_HTTPHEADER, list.first))
    }

    /// libcurl copies the bytes.
    func setBody(_ bytes: [UInt8]) throws(HTTPClientError) {
        try Self.check(unsafe ccurl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
        try Self.check(unsafe ccurl_set_bytes(handle, CURLOPT_COPYPOSTFIELDS, bytes))
    }

    /// Performs the transfer that the options describe; `transfer` hears of it.
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

    /// Nil when there is none.
    func text(_ info: CURLINFO) throws(HTTPClientError) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        try Self.check(unsafe ccurl_get_text(handle, info, &value))
        return unsafe value.map { unsafe String(cString: $0) }
    }

    /// To be called before anything else of libcurl.
    static func initializeLibrary() throws(HTTPClientError) {
        try check(initialization)
    }

    private static func check(_ code: CURLcode) throws(HTTPClientError) {
        guard code == CURLE_OK else { throw .failed(unsafe String(cString: curl_easy_strerror(code))) }
    }

    /// Once in the process, before any handle: curl_global_init(3).
    private static let initialization = curl_global_init(Int(CURL_GLOBAL_ALL))
}
