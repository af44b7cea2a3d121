import ProfileImages

/// What came of a backup, or of its restoration.
struct CopyReport: Encodable {
    /// How many media were copied.
    let media: Int
    /// Files that should be there, but are not.
    let lost: [ObjectKey]
}
