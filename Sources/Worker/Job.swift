/// Something that a worker does again and again, on a thread of its own.
package struct Job: Sendable {
    /// Does a part of the work, such as one delivery; false when there is nothing to do now.
    package typealias Round = () throws -> Bool

    /// What the log calls it.
    let name: String
    /// How long to rest when there was nothing to do.
    let interval: Duration
    let begin: @Sendable (_ isStopped: @escaping @Sendable () -> Bool) throws -> Round

    /// - Parameter begin: called once on the thread: what a round needs, such as an HTTP client, is made there and belongs to
    ///   the round. What takes long ends early when `isStopped`.
    package init(
        _ name: String,
        every interval: Duration,
        begin: @escaping @Sendable (_ isStopped: @escaping @Sendable () -> Bool) throws -> Round
    ) {
        self.name = name
        self.interval = interval
        self.begin = begin
    }
}
