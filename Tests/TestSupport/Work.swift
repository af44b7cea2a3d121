import Synchronization

/// Releases the work's objects before it reports the result. Otherwise the thread could be the last owner of a child
/// process, and the tests could end before that process.
final class Work<Value: Sendable>: Sendable {
    private let body: Mutex<(@Sendable () throws -> Value)?>

    init(_ body: @escaping @Sendable () throws -> Value) {
        self.body = Mutex(body)
    }

    func run() -> Result<Value, any Error> {
        guard let body = body.withLock({ $0.take() }) else { return .failure(CancellationError()) }
        return Result(catching: body)
    }
}
