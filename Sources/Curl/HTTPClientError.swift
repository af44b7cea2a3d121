internal import CCurl

/// The reason why there is no answer. The description is for the user that gave the URL, and contains no address.
package enum HTTPClientError: Error, Equatable {
    /// The URL is not valid, or contains a name and a password.
    case invalidURL
    /// The URL or a redirect has another scheme than http and https.
    case unsupportedScheme
    /// The policy forbids the address. The address is for the log only: it shows how a name resolves inside this
    /// network.
    case refusedAddress(IPAddress?)
    case unknownHost
    case unreachable
    case timedOut
    case tooManyRedirects
    /// The certificate is not valid for the name, or TLS failed for another reason.
    case untrusted
    /// The connection ended before the answer was complete.
    case interrupted
    /// The answer is not HTTP, or its head is too long.
    case malformed
    /// This process is stopping.
    case stopped
    /// Another failure, with the message of libcurl.
    case failed(String)

    /// Whether the same call may succeed later.
    package var isTransient: Bool {
        switch self {
        case .unknownHost, .unreachable, .timedOut, .interrupted, .stopped, .failed: true
        case .invalidURL, .unsupportedScheme, .refusedAddress, .tooManyRedirects, .untrusted, .malformed: false
        }
    }
}

extension HTTPClientError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidURL: "The URL is not valid."
        case .unsupportedScheme: "Only http and https URLs are fetched."
        case .refusedAddress: "The URL leads to an address that is not public."
        case .unknownHost: "The host of the URL is unknown."
        case .unreachable: "The server cannot be reached."
        case .timedOut: "The server took too long."
        case .tooManyRedirects: "The URL redirects too often."
        case .untrusted: "The server's certificate is not trusted."
        case .interrupted: "The server ended the connection too early."
        case .malformed: "The server does not speak HTTP as it should."
        case .stopped: "The transfer was stopped."
        case .failed(let reason): "The transfer failed: \(reason)."
        }
    }
}

extension HTTPClientError: CustomDebugStringConvertible {
    /// For the log: includes the address.
    package var debugDescription: String {
        guard case .refusedAddress(.some(let address)) = self else { return description }
        return "\(description) It is \(address)."
    }
}

extension HTTPClientError {
    /// Converts the result of a transfer; nil if there is an answer.
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
