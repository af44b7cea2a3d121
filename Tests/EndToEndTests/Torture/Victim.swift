/// Which processes are killed.
enum Victim: CaseIterable, Sendable {
    case server
    case worker
    case serverAndWorker
    case nginx
    /// One of nginx's processes, which it replaces.
    case nginxWorker
    /// One of the processes that decode pictures; the next picture gets another.
    case decoder
    /// All of these, with their template, which the server starts again.
    case decoders
    case everything

    var isServer: Bool { [.server, .serverAndWorker, .everything].contains(self) }
    var isWorker: Bool { [.worker, .serverAndWorker, .everything].contains(self) }
    var isNginx: Bool { [.nginx, .everything].contains(self) }
}
