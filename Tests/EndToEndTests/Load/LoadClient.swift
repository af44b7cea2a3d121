import Foundation

/// One user that calls every function, one request after the other, and records the answers.
struct LoadClient: Sendable {
    let user: String
    let token: String
    let instance: Instance
    /// The pictures to upload, by turn, several files each.
    let pictures: [[Data]]
    /// The base URL of imports: `/TURN` is a picture.
    let source: String
    var known = Knowledge()
    /// An unanswered upload with an upload ticket.
    var doubtfulUpload: (path: String, turn: Int)?
    private(set) var answered = 0
    private(set) var unanswered = 0
    /// The number of requests that were answered 503.
    private(set) var refused = 0
    private var isCutOff = false
    /// The faults of the service.
    private(set) var faults: [String] = []
    private var lastNumber = 0

    init(user: String, instance: Instance, pictures: [[Data]], source: String) throws {
        self.user = user
        self.instance = instance
        self.pictures = pictures
        self.source = source
        token = try instance.token(user)
    }

    /// Acts until `isOver` returns true or a request is not answered.
    mutating func work(until isOver: () -> Bool) {
        isCutOff = false
        while !isOver(), !isCutOff { act() }
    }

    /// Sends a request; nil if it was refused or not answered. An unanswered request may have taken effect.
    mutating func send(
        _ method: String,
        _ path: String,
        fields: [String: String] = [:],
        body: Data? = nil,
        expecting statuses: Set<Int>
    ) -> Curl.Answer? {
        let all = fields.merging([
            "Authorization": "Bearer \(token)", "Host": instance.url.replacing("http://", with: ""),
            "Connection": "close", "Content-Length": String(body?.count ?? 0),
        ]) { $1 }
        let head =
            "\(method) \(path) HTTP/1.1\r\n" + all.map { "\($0.key): \($0.value)\r\n" }.joined() + "\r\n"
        let answer = try? RawRequest.send(head, body: body ?? Data(), to: instance, patience: 60)
        guard let answer, ![0, 502, 504].contains(answer.status), answer.isComplete else {
            unanswered += 1
            isCutOff = true
            return nil
        }
        guard answer.status != 503 else {
            refused += 1
            return nil
        }
        guard statuses.contains(answer.status) else {
            fault("\(method) \(path) was answered with \(answer.status): \(answer.text)")
            return nil
        }
        answered += 1
        return answer
    }

    mutating func fault(_ text: String) {
        faults.append("\(user): \(text)")
    }

    /// A text that was not used before.
    mutating func newName() -> String {
        lastNumber += 1
        return "\(user) \(lastNumber)"
    }
}

extension Curl.Answer {
    /// Whether the body has its full length.
    fileprivate var isComplete: Bool {
        headers["content-length"].map { $0 == String(body.count) } ?? true
    }
}
