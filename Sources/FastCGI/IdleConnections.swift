internal import Synchronization
internal import Threads

/// The connections that wait for a request: new ones, and those that the web server keeps open for its next.
///
/// Whoever takes a connection owns it. A worker that puts one in takes what is left when the server stops, so none is lost.
final class IdleConnections: Sendable {
    /// Whether each connection is new, by its descriptor.
    private let connections = Mutex<[Int32: Bool]>([:])

    /// Puts a connection in and has its descriptor watched; when that fails the connection is closed.
    func insert(_ connection: consuming Connection, watch: (Int32) throws(SystemCallError) -> Void) {
        let isNew = connection.isNew
        let descriptor = connection.descriptor
        // Under the lock: as soon as it is watched another worker may come to take it.
        let isWatched = connections.withLock { connections in
            guard (try? watch(descriptor)) != nil else { return false }
            connections[descriptor] = isNew
            return true
        }
        if isWatched { _ = connection.release() }
    }

    /// Takes the connection with this descriptor out; nil when somebody else has.
    func take(_ descriptor: Int32) -> Connection? {
        guard let isNew = connections.withLock({ $0.removeValue(forKey: descriptor) }) else { return nil }
        return Connection(descriptor: descriptor, isNew: isNew)
    }

    /// Takes any connection out; nil when there is none.
    func takeAny() -> Connection? {
        guard let (descriptor, isNew) = connections.withLock({ $0.popFirst() }) else { return nil }
        return Connection(descriptor: descriptor, isNew: isNew)
    }
}
