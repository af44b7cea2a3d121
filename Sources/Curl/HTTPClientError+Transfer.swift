internal import CCurl

extension HTTPClientError {
    /// What a transfer that ended with `code` says; nil when there is an answer.
    init?(_ code: CURLcode, _ transfer: Transfer) {
        switch code {
        case CURLE_OK:
            return nil
        case CURLE_WRITE_ERROR where transfer.isTruncated:
            return nil
        case CURLE_COULDNT_CONNECT:
            self = transfer.refusal ?? .unreachable
        case CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED:
            self = .invalidURL
        case CURLE_UNSUPPORTED_PROTOCOL:
            self = .unsupportedScheme
        case CURLE_COULDNT_RESOLVE_HOST:
            self = .unknownHost
        case CURLE_OPERATION_TIMEDOUT:
            self = .timedOut
        case CURLE_TOO_MANY_REDIRECTS:
            self = .tooManyRedirects
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE:
            self = .untrusted
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR:
            self = .interrupted
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            self = .malformed
        case CURLE_WRITE_ERROR where transfer.isMalformed:
            self = .malformed
        case CURLE_ABORTED_BY_CALLBACK:
            self = .stopped
        default:
            self = .failed(unsafe String(cString: curl_easy_strerror(code)))
        }
    }
}
