import Synchronization

/// Tells the first to ask from all who come after.
final class Once: Sendable {
    private let isAsked = Mutex(false)

    /// False for the first to ask.
    var isOver: Bool {
        isAsked.withLock { isAsked in
            defer { isAsked = true }
            return isAsked
        }
    }
}
