/// What a client lets a server do.
package struct HTTPPolicy: Sendable {
    /// Whom to connect to, at every hop.
    package var addresses: AddressPolicy
    /// How the client calls itself: RFC 9110 §10.1.5.
    package var userAgent: String
    /// How many redirects are followed; with none a redirect is an answer as any other.
    package var maxRedirects: Int
    /// How many bytes of a body are taken, once it is decoded.
    package var maxBodyBytes: Int
    /// Whether the client asks for, and undoes, a `Content-Encoding` such as gzip: RFC 9110 §8.4.
    package var decodesContent: Bool
    /// How long a connection may take, the look-up of the name and TLS included.
    package var connectTimeout: Duration
    /// How long everything together may take.
    package var timeout: Duration
    /// How long a server may dawdle below a hundred bytes a second.
    package var stallTimeout: Duration
    /// The certificates to trust, in one PEM file; nil for the machine's own.
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
