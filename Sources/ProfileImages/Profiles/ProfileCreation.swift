/// Whether a user who is not known yet becomes known by being used.
package enum ProfileCreation: String, CaseIterable, Sendable {
    case onFirstUse = "on-first-use"
    /// Only by somebody who creates the profile on purpose.
    case explicit
}
