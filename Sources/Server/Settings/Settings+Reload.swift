extension Settings {
    /// What a process takes over while it runs.
    private static let reloadable: Set = [
        "PORTRAITD_JWT_SECRET", "PORTRAITD_JWT_SECRET_FILE", "PORTRAITD_JWKS_FILE",
        "PORTRAITD_AUTHGEAR_ADMIN_JWKS_FILE",
        "PORTRAITD_UPLOAD_SECRET", "PORTRAITD_UPLOAD_SECRET_FILE", "PORTRAITD_UPLOAD_SECRET_OLD",
        "PORTRAITD_UPLOAD_SECRET_OLD_FILE", "PORTRAITD_LOG_LEVEL",
    ]

    /// The keys of what is otherwise than in `started` and holds only from the next start on.
    package func needingRestart(since started: Settings) -> [String] {
        let values = Dictionary(uniqueKeysWithValues: started.effective.map { ($0.key, $0.value) })
        return effective.filter { !Self.reloadable.contains($0.key) && $0.value != values[$0.key] }.map(\.key)
    }
}
