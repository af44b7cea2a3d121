/// The condition on a user's current image under which a change is made: `If-Match` and `If-None-Match`, RFC 9110
/// §13.1.
package struct Precondition: Equatable, Sendable {
    /// The images that a condition matches.
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

    /// Checks the condition against the user's current image.
    /// - Throws: `PreconditionFailure` if `current` does not meet the condition.
    package func check(against current: MediaID?) throws(PreconditionFailure) {
        // RFC 9110 §13.2.2: If-Match first, then If-None-Match.
        if let ifMatch, !ifMatch.holds(for: current) { throw PreconditionFailure(current: current) }
        if let ifNoneMatch, ifNoneMatch.holds(for: current) { throw PreconditionFailure(current: current) }
    }
}

/// The user's current image does not meet the precondition of a change.
package struct PreconditionFailure: Error, Equatable {
    /// The user's current image; nil if there is none.
    package let current: MediaID?

    package init(current: MediaID?) {
        self.current = current
    }
}
