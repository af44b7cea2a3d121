internal import CFastCGI
internal import Glibc
internal import Threads

/// Bounds how many workers wait for requests and answer them at the same time: eventfd(2) as a semaphore.
///
/// A few keep the processors busy; more only wake each other up: with 8 instead of 4 on two cores a third fewer short
/// requests were answered. Who is about to take long gives its place to another.
struct Places: ~Copyable, Sendable {
    private let descriptor: Int32

    init(_ count: Int) throws(SystemCallError) {
        descriptor = eventfd(UInt32(count), Int32(EFD_CLOEXEC | EFD_SEMAPHORE))
        guard descriptor >= 0 else { throw SystemCallError("eventfd") }
    }

    deinit { close(descriptor) }

    /// Waits for a place.
    func take() {
        var value: eventfd_t = 0
        while unsafe eventfd_read(descriptor, &value) != 0, errno == EINTR {}
    }

    func give(_ count: Int = 1) {
        eventfd_write(descriptor, eventfd_t(count))
    }
}
