import Foundation
import TestSupport

/// Kills processes under load, and compares the stored state with the answers.
final class Torture: Sendable {
    let load: Load

    init() throws {
        // Pictures are small, because only the number of requests matters.
        let pictures = try (0..<4).map { [try Photograph.small(side: 64, turn: $0)] }
        let settings = ["PORTRAITD_SIDES": "32,64", "PORTRAITD_WORKERS": "32", "PORTRAITD_MAX_DOCUMENTS": "1000"]
        load = try Load(users: 8, pictures: pictures, settings: settings)
    }

    private var instance: Instance { load.instance }

    /// Lets all users act for a while, kills the victim, starts it again, and compares the state.
    func round(killing victim: Victim, after seconds: Double) throws {
        try load.run {
            Thread.sleep(forTimeInterval: seconds)
            try kill(victim)
        }
        // nginx starts first, because the server's start waits for an answer through nginx.
        if victim.isNginx { try instance.startNginx() }
        if victim.isServer { try instance.start() }
        if victim.isWorker { try load.startWorker() }
        try load.inspect()
    }

    private func kill(_ victim: Victim) throws {
        if victim == .nginxWorker, let one = instance.nginxWorkers.randomElement() { Glibc.kill(one, SIGKILL) }
        if victim == .decoder, let one = instance.portraitd.decoders.randomElement() { Glibc.kill(one, SIGKILL) }
        if victim == .decoders { for each in instance.portraitd.decoders { Glibc.kill(each, SIGKILL) } }
        if victim.isNginx { instance.killNginx() }
        if victim.isWorker {
            load.worker.signal(SIGKILL)
            load.worker.wait()
        }
        if victim.isServer { instance.stop(by: SIGKILL) }
    }

    /// Lets the worker process finish all jobs; jobs of a killed worker process become due at once.
    func finishWork() throws {
        load.worker.signal(SIGKILL)
        load.worker.wait()
        _ = try sqlite("UPDATE delivery_queue SET due_at = 0; UPDATE import SET due_at = 0 WHERE finished_at IS NULL")
        try load.startWorker()
        let undone = """
            SELECT (SELECT count(*) FROM delivery WHERE died_at IS NULL)
                + (SELECT count(*) FROM import WHERE finished_at IS NULL)
            """
        try waitUntil(within: .seconds(120)) { try sqlite(undone) == "0" }
    }

    /// The faults of the events and webhook deliveries.
    func eventFaults() throws -> [String] {
        let log = try EventLog(of: instance)
        var seen: Set<String> = []
        let received = load.received.filter { seen.insert($0.id).inserted }
        var faults = log.entries.filter { !seen.contains($0.id) }.map { "\($0.type) \($0.id) was not sent" }
        for client in load.clients {
            let sequences = received.filter { $0.subject == client.user }.map(\.sequence)
            if sequences != sequences.sorted() { faults.append("\(client.user)'s events came out of order") }
            if let missing = log.missing(of: client.known.history, by: client.user) {
                faults.append("\(client.user): no event tells of \(missing)")
            }
            faults += try importFaults(of: client)
        }
        return faults
    }

    private func importFaults(of client: LoadClient) throws -> [String] {
        guard client.known.hasImported else { return [] }
        let job = try instance.curl("/me/profileimage/import", token: client.token)
        let state = job.json["state"] as? String
        return ["done", "skipped"].contains(state) ? [] : ["\(client.user)'s import: \(job.status) \(job.text)"]
    }

    private func sqlite(_ statement: String) throws -> String {
        let database = "\(instance.folder)/portraitd.sqlite"
        return try Project.output("/usr/bin/sqlite3", [database, ".timeout 5000", statement])
    }
}
