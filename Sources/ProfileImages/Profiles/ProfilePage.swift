/// Some of the profiles that a query asked for, oldest first.
package struct ProfilePage: Equatable, Sendable {
    package let profiles: [Profile]
    /// Where the next page begins; nil when this is the last.
    package let next: Int64?

    package init(profiles: [Profile], next: Int64?) {
        self.profiles = profiles
        self.next = next
    }
}
