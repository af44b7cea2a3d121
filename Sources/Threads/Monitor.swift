internal import Glibc

/// A state that threads change under a lock, and whose changes they can wait for: pthread_cond_wait(3).
///
/// It is `Sendable` because `state` is reached only under the lock, and the two pointers never change.
@safe package final class Monitor<State: Sendable>: @unchecked Sendable {
    // Not a `Mutex`, because a condition variable needs the lock itself. Both must keep their address.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var state: State

    package init(_ state: State) {
        self.state = state
        unsafe lock.initialize(to: pthread_mutex_t())
        unsafe condition.initialize(to: pthread_cond_t())
        unsafe pthread_mutex_init(lock, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(lock)
        unsafe condition.deallocate()
        unsafe lock.deallocate()
    }

    /// Changes the state, and wakes the threads that wait.
    package func change(_ body: (inout State) -> Void) {
        unsafe pthread_mutex_lock(lock)
        body(&state)
        unsafe pthread_cond_broadcast(condition)
        unsafe pthread_mutex_unlock(lock)
    }

    /// Waits until `body` returns a value: it is called at once, and after each change. It may change the state when it
    /// returns a value; that wakes the other threads that wait.
    package func wait<Value>(for body: (inout State) -> Value?) -> Value {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        while true {
            if let value = body(&state) {
                unsafe pthread_cond_broadcast(condition)
                return value
            }
            unsafe pthread_cond_wait(condition, lock)
        }
    }
}
