extension SettingsReader {
    /// Where clients of the Profile Service find it: a path without a slash at its end. At the root portraitd's own API
    /// answers them.
    mutating func profileServicePath() -> String {
        let (key, fallback) = ("PORTRAITD_PROFILE_SERVICE_PATH", "/profile")
        let path = self.path(key, default: fallback)
        guard path.wholeMatch(of: /(?:\/[A-Za-z0-9._~-]+)+/) != nil else {
            addFault(key, "a path like /profile")
            return fallback
        }
        return path
    }
}
