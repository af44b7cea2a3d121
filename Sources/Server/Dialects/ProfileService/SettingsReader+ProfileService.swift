extension SettingsReader {
    /// Where clients of the Profile Service find it: a path without a slash at its end. At the root portraitd's own API
    /// answers them.
    mutating func profileServicePath() -> String {
        let key = "PORTRAITD_PROFILE_SERVICE_PATH"
        guard let path = text(key) else { return "/profile" }
        guard path.wholeMatch(of: /(?:\/[A-Za-z0-9._~-]+)+/) != nil else {
            addFault(key, "a path like /profile")
            return "/profile"
        }
        return path
    }
}
