/// A picture that was processed, and only has to be stored.
package struct PreparedImage: Sendable {
    package let image: ProfileImage
    /// What its sender calls it.
    package let name: String
    /// What is kept of it, and where.
    package let files: [(bytes: [UInt8], key: ObjectKey)]
}
