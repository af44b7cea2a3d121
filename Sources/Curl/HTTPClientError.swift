/// Why there is no answer, in words for whoever gave the URL: they name no address.
package enum HTTPClientError: Error, Equatable {
    /// The URL is not one, or holds a name and password.
    case invalidURL
    /// Neither http nor https, in the URL or in a redirect.
    case unsupportedScheme
    /// The policy forbids the address; for the log alone, as it tells what a name means inside this network.
    case refusedAddress(IPAddress?)
    case unknownHost
    case unreachable
    case timedOut
    case tooManyRedirects
    /// The certificate is not valid for the name, or TLS failed otherwise.
    case untrusted
    /// The connection ended before the answer did.
    case interrupted
    /// What came is not HTTP, or its head is too long.
    case malformed
    /// This process stops.
    case stopped
    /// Anything else, as libcurl says it.
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
    /// For the log: names the address, too.
    package var debugDescription: String {
        guard case .refusedAddress(.some(let address)) = self else { return description }
        return "\(description) It is \(address)."
    }
}
