/// What must hold of a user's current image for a change to be made: RFC 9110 §13.1, `If-Match` and `If-None-Match`.
package struct Precondition: Equatable, Sendable {
    /// Which current images a condition names.
    package enum Match: Equatable, Sendable {
        /// `*`: any current image.
        case any
        /// One of these images.
        case images(Set<MediaID>)

        func holds(for current: MediaID?) -> Bool {
            guard let current else { return false }
            return switch self {
            case .any: true
            case .images(let images): images.contains(current)
            }
        }
    }

    /// No condition.
    package static let none = Precondition(ifMatch: nil, ifNoneMatch: nil)

    package let ifMatch: Match?
    package let ifNoneMatch: Match?

    package init(ifMatch: Match?, ifNoneMatch: Match?) {
        self.ifMatch = ifMatch
        self.ifNoneMatch = ifNoneMatch
    }

    /// Throws `PreconditionFailure` when a change is not allowed while `current` is the user's image.
    package func check(against current: MediaID?) throws(PreconditionFailure) {
        // RFC 9110 §13.2.2: If-Match first, then If-None-Match.
        if let ifMatch, !ifMatch.holds(for: current) { throw PreconditionFailure(current: current) }
        if let ifNoneMatch, ifNoneMatch.holds(for: current) { throw PreconditionFailure(current: current) }
    }
}
