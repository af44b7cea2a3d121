internal import CCurl

/// The connections that are kept for later transfers: libcurl's share interface, without locks as one thread uses it.
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

    /// curl_share_cleanup(3): after every handle that uses it.
    deinit {
        unsafe curl_share_cleanup(share)
    }

    /// The value of CURLOPT_SHARE; it must not outlive the cache.
    var argument: UnsafeMutableRawPointer {
        unsafe share
    }
}
