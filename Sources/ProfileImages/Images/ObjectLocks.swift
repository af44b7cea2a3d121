import Synchronization

/// Lets one thread at a time work on an object. Few locks stand for all objects: two seldom share one.
final class ObjectLocks: Sendable {
    private final class Lock: Sendable {
        let mutex = Mutex(())
    }

    private let locks = (0..<64).map { _ in Lock() }

    func withLock<Value>(on key: ObjectKey, _ body: () throws -> Value) rethrows -> Value {
        let index = Int(UInt(bitPattern: key.hashValue) % UInt(locks.count))
        return try locks[index].mutex.withLock { _ in try body() }
    }
}
