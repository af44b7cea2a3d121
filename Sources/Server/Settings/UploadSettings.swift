package import ProfileImages

/// What the operator can set about uploads that are allowed beforehand.
package struct UploadSettings: Equatable, Sendable {
    /// How long their URLs work at most, and unless somebody asks for less, in seconds.
    package let lifetime: Int
    package let secrets: UploadSecrets
    /// How many days a picture is kept that was uploaded for nobody in particular.
    package let keepStagedDays: Int
}

extension SettingsReader {
    mutating func uploads() -> UploadSettings {
        UploadSettings(
            lifetime: integer("PORTRAITD_UPLOAD_SECONDS", in: 1...604_800, default: 900),
            secrets: UploadSecrets(
                current: secret("PORTRAITD_UPLOAD_SECRET", minBytes: 32),
                old: secret("PORTRAITD_UPLOAD_SECRET_OLD", minBytes: 32)
            ),
            // At least as long as a URL works: the name of a picture must be known until then.
            keepStagedDays: integer("PORTRAITD_KEEP_STAGED_DAYS", in: 8...3650, default: 30)
        )
    }
}
