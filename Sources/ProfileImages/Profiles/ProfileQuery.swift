/// Which profiles to list.
package struct ProfileQuery: Equatable, Sendable {
    /// Words that the names or the e-mail address must hold, each at least the beginning of one there, whatever case and accents.
    package var words: String?
    package var email: EmailAddress?
    package var userName: String?
    package var phoneNumber: String?
    /// Where the last page ended: a number that `ProfilePage` gave.
    package var after: Int64 = 0
    package var limit: Int

    package init(limit: Int) {
        self.limit = limit
    }
}
