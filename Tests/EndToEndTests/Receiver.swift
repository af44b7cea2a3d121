import Foundation
import TestSupport

/// A receiver of webhooks that verifies them with a third-party library.
final class Receiver: Sendable {
    /// A verified message.
    struct Message {
        let id: String
        let json: [String: Any]

        var type: String? { json["type"] as? String }
        var subject: String? { json["subject"] as? String }
        var person: [String: Any]? { (json["data"] as? [String: Any])?["person"] as? [String: Any] }
    }

    let url: String
    private let port: Int
    private let folder: TemporaryFolder

    init() throws {
        port = try Project.freePort()
        url = "http://127.0.0.1:\(port)/hook"
        folder = try TemporaryFolder()
        try Python.prepare()
    }

    /// Starts the receiver's process, which ends with the returned object.
    func start(secret: String) throws -> ChildProcess {
        let process = try ChildProcess(
            Python.interpreter,
            [Python.script("receiver.py"), String(port), secret, "\(folder.path)/messages"],
            errorOutput: LogFile(path: "\(folder.path)/errors")
        )
        try waitUntil { try Curl.send([url]).status != 0 }
        return process
    }

    /// The received messages in order.
    var messages: [Message] {
        LogFile(path: "\(folder.path)/messages").text.split(separator: "\n").compactMap { line in
            guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                let id = object["id"] as? String, let json = object["message"] as? [String: Any]
            else { return nil }
            return Message(id: id, json: json)
        }
    }

    /// Waits until `condition` holds for the received messages or the wait times out, and returns them.
    func messages(until condition: ([Message]) -> Bool) -> [Message] {
        var messages: [Message] = []
        waitUntil(within: .seconds(30)) {
            messages = self.messages
            return condition(messages)
        }
        return messages
    }
}
