import Configuration

/// The settings for Clerk's clients.
package struct ClerkSettings: Equatable, Sendable {
    /// The most requests of a secret key in 10 seconds; 0 means no limit.
    package let rateLimit: Int

    init(_ reader: inout SettingsReader) {
        rateLimit = reader.integer(
            "PORTRAITD_CLERK_RATE_LIMIT",
            in: 0...1_000_000,
            default: 0,
            help: "Clerk: how many requests a secret key may make within 10 seconds, in each process; 0 for any number."
        )
    }
}
