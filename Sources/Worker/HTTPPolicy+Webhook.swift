package import Curl

extension HTTPPolicy {
    /// For webhooks: their URLs are the operator's own, so any address may be meant. The specification asks for a timeout of
    /// 15 to 30 seconds, and for no redirects.
    package static func webhook(userAgent: String, certificateFile: String? = nil) -> HTTPPolicy {
        HTTPPolicy(
            addresses: AddressPolicy(allowing: ["0.0.0.0/0", "::/0"].compactMap { IPNetwork($0) }),
            userAgent: userAgent,
            timeout: .seconds(20),
            certificateFile: certificateFile
        )
    }
}
