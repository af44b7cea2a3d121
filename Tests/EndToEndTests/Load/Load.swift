import Foundation
import LocalHTTP
import Synchronization
import TestSupport

/// portraitd, its worker process and nginx, with users that call every function, each on a thread.
final class Load: Sendable {
    let instance: Instance
    /// Receives all events.
    private let receiver: LocalServer
    /// Serves the pictures for imports until `deinit`.
    private let source: LocalServer
    private let currentWorker: Mutex<ChildProcess>
    private let users: Mutex<[LoadClient]>

    /// - Parameter pictures: the pictures to upload, by turn, several files each.
    init(users: Int, pictures: [[Data]], settings: [String: String]) throws {
        source = try LocalServer { request, connection in
            let turn = Int(request.target.dropFirst()) ?? 0
            connection.answer(200, Array(pictures[turn][0]))
        }
        receiver = try LocalServer { $1.answer(204) }
        instance = try Instance(
            settings.merging(["PORTRAITD_OUTGOING_ALLOW": "127.0.0.1/32", "PORTRAITD_LOG_LEVEL": "error"]) { $1 }
        )
        let hook = ["webhook", "add", "--url", receiver.url]
        _ = try Project.output(Project.portraitd, hook, environment: instance.environment)
        currentWorker = Mutex(try Self.startWorker(of: instance))
        self.users = Mutex(
            try (0..<users).map { [instance, source] number in
                try LoadClient(user: "user\(number)", instance: instance, pictures: pictures, source: source.url)
            }
        )
    }

    var clients: [LoadClient] {
        users.withLock { $0 }
    }

    /// The received events in order, some more than once.
    var received: [EventLog.Entry] {
        receiver.requests.compactMap { request in
            let json = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
            return json.flatMap(EventLog.Entry.init)
        }
    }

    /// The numbers of requests and faults.
    var summary: String {
        let clients = clients
        func count(_ number: (LoadClient) -> Int) -> Int { clients.map(number).reduce(0, +) }
        return "\(count(\.answered)) requests answered, \(count(\.refused)) refused for a while, "
            + "\(count(\.unanswered)) not answered, \(count(\.faults.count)) faults"
    }

    var worker: ChildProcess {
        currentWorker.withLock { $0 }
    }

    func startWorker() throws {
        let child = try Self.startWorker(of: instance)
        currentWorker.withLock { $0 = child }
    }

    private static func startWorker(of instance: Instance) throws -> ChildProcess {
        try ChildProcess(
            Project.portraitd,
            ["worker"],
            environment: instance.environment,
            errorOutput: LogFile(path: "\(instance.folder)/worker.log")
        )
    }

    /// Lets all users act while `body` runs; a user stops earlier if a request is not answered.
    func run(while body: () throws -> Void) throws {
        let isOver = StopFlag()
        let working = clients.map { client in
            Background {
                var client = client
                client.work { isOver.isRaised }
                return client
            }
        }
        let result = Result { try body() }
        isOver.raise()
        let after = try working.map { try $0.value() }
        users.withLock { $0 = after }
        try result.get()
    }

    /// Compares the stored state with the answers.
    func inspect() throws {
        try waitUntilIdle()
        users.withLock { users in
            for index in users.indices { users[index].inspect() }
        }
    }

    /// Waits until portraitd has done all requests; it continues requests of a killed nginx.
    private func waitUntilIdle() throws {
        // The request for the metrics is in progress too.
        let idle = "portraitd_requests_in_progress 1"
        let isIdle = try waitUntil {
            try instance.curl("/metrics").text.split(separator: "\n").contains { $0 == idle }
        }
        guard isIdle else { throw POSIXError(.ETIMEDOUT) }
    }
}
