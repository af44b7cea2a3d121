import Synchronization

/// A flag that is false only at its first read.
final class Once: Sendable {
    private let isAsked = Mutex(false)

    /// False at the first read, true afterwards.
    var isOver: Bool {
        isAsked.withLock { isAsked in
            defer { isAsked = true }
            return isAsked
        }
    }
}
