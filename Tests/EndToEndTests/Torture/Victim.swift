/// The processes to kill.
enum Victim: CaseIterable, Sendable {
    case server
    case worker
    case serverAndWorker
    case nginx
    /// One of nginx's worker processes, which nginx replaces.
    case nginxWorker
    /// One decoder process; the next picture gets another.
    case decoder
    /// All decoder processes with their template, which the server starts again.
    case decoders
    case everything

    var isServer: Bool { [.server, .serverAndWorker, .everything].contains(self) }
    var isWorker: Bool { [.worker, .serverAndWorker, .everything].contains(self) }
    var isNginx: Bool { [.nginx, .everything].contains(self) }
}
