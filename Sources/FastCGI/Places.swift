internal import Glibc
internal import Threads

/// Bounds how many workers wait for requests and answer them at the same time: a semaphore, sem_overview(7).
///
/// A few keep the processors busy; more only wake each other up: with 8 instead of 4 on two cores a third fewer short
/// requests were answered. A request that is about to take long gives its place to another. sem_post(3) wakes one thread;
/// eventfd(2) as a semaphore woke all that waited, some sixty, each time.
///
/// It is `Sendable` because any thread may use a `sem_t` at any time; the pointer to it never changes.
@safe struct Places: ~Copyable, @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    init(_ count: Int) throws(SystemCallError) {
        unsafe semaphore = UnsafeMutablePointer.allocate(capacity: 1)
        guard unsafe sem_init(semaphore, 0, UInt32(count)) == 0 else {
            let error = SystemCallError("sem_init")
            unsafe semaphore.deallocate()
            throw error
        }
    }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    /// Waits for a place.
    func take() {
        while unsafe sem_wait(semaphore) != 0, errno == EINTR {}
    }

    func give(_ count: Int = 1) {
        for _ in 0..<count { unsafe sem_post(semaphore) }
    }
}
