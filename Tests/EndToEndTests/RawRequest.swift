import Foundation

/// Raw bytes of a request over a plain socket, also for requests that no client sends.
enum RawRequest {
    /// Sends `request`, and `body` after it, to the instance and reads until the connection is closed.
    /// - Parameter patience: the seconds to wait for each read.
    static func send(
        _ request: String,
        body: Data = Data(),
        to instance: Instance,
        patience: Int = 5
    ) throws -> Curl.Answer {
        let socket = try ClientSocket(to: instance, patience: patience)
        socket.send(Data(request.utf8) + body)
        return answer(socket.receive())
    }

    private static func answer(_ received: Data) -> Curl.Answer {
        guard let end = received.range(of: Data("\r\n\r\n".utf8)) else { return Curl.answer(head: "", body: received) }
        let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
        return Curl.answer(head: head, body: Data(received[end.upperBound...]))
    }
}
