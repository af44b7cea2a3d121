/// Which profiles to list, in the order in which they became known.
package struct ProfileQuery: Equatable, Sendable {
    /// Words that the names or the e-mail address must hold, each at least the beginning of one there, whatever case and accents.
    package var words: String?
    /// Only these users; nil for all.
    package var users: [UserID]?
    /// Only users with one of these addresses; nil for all.
    package var emails: [EmailAddress]?
    package var userName: String?
    package var phoneNumber: String?
    /// Where the last page ended: a number that `ProfilePage` gave.
    package var after: Int64 = 0
    /// How many to leave out at the beginning.
    package var offset = 0
    package var isNewestFirst = false
    package var limit: Int

    package init(limit: Int) {
        self.limit = limit
    }
}
