/// Some of the profiles that a query asked for, oldest first.
package struct ProfilePage: Equatable, Sendable {
    package let profiles: [Profile]
    /// Where a page begins that follows each of them.
    package let numbers: [Int64]
    /// Where the next page begins; nil when this is the last.
    package let next: Int64?

    package init(profiles: [Profile], numbers: [Int64], next: Int64?) {
        self.profiles = profiles
        self.numbers = numbers
        self.next = next
    }
}
