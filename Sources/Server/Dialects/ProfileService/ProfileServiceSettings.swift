import Configuration

/// The settings for clients of the Profile Service.
package struct ProfileServiceSettings: Equatable, Sendable {
    /// The path of the Profile Service, without a slash at its end. It is not the root, where portraitd's own API is.
    package let path: String

    init(_ reader: inout SettingsReader) {
        path = reader.value(
            "PORTRAITD_PROFILE_SERVICE_PATH",
            default: "/profile",
            written: "/profile",
            values: "a path like /profile",
            help: "Profile Service: the path under which its clients find it."
        ) { text in text.wholeMatch(of: /(?:\/[A-Za-z0-9._~-]+)+/) == nil ? nil : text }
    }
}
