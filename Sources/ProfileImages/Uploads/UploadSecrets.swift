/// What the operator has the URLs of uploads signed with.
package struct UploadSecrets: Equatable, Sendable {
    /// Nil for a secret that the store keeps.
    package let current: String?
    /// What signed them before. Those still work.
    package let old: String?

    package init(current: String?, old: String?) {
        self.current = current
        self.old = old
    }
}
