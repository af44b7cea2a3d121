import Foundation
@testable import Server
import Testing

extension Response {
    /// The body as a JSON object.
    var object: [String: Any] {
        get throws { try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) }
    }

    /// The body as a JSON array of objects.
    var objects: [[String: Any]] {
        get throws { try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [[String: Any]]) }
    }

    /// The code of a problem; nil if the response is not a problem.
    var problemCode: String? {
        (try? object)?["code"] as? String
    }
}
