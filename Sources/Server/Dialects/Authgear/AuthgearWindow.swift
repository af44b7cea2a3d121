import FoundationEssentials
import GraphQL

/// The part of a list that `first`, `after`, `last` and `before` ask for: GraphQL Cursor Connections, "Pagination algorithm".
struct AuthgearWindow {
    private static let maxPage = 100
    private static let defaultPage = 20
    private static let prefix = "offset:"

    let places: Range<Int>

    /// - Throws: `FieldError` for a number that is none, or a cursor that was not given out.
    init(_ arguments: [String: Value], of total: Int) throws(FieldError) {
        let start = min(total, try Self.place(arguments["after"]).map { $0 + 1 } ?? 0)
        let end = max(start, min(total, try Self.place(arguments["before"]) ?? total))
        if let last = try Self.count(arguments["last"]), arguments["first"].map({ $0 == .null }) ?? true {
            places = max(start, end - last)..<end
        } else {
            places = start..<min(end, start + (try Self.count(arguments["first"]) ?? Self.defaultPage))
        }
    }

    static func cursor(_ place: Int) -> String {
        Data("\(prefix)\(place)".utf8).base64URL
    }

    private static func place(_ cursor: Value?) throws(FieldError) -> Int? {
        guard let text = cursor?.text else { return nil }
        guard let data = Data(base64URL: Array(text.utf8)[...]), let decoded = String(validating: data, as: UTF8.self),
            decoded.hasPrefix(prefix), let place = Int32(decoded.dropFirst(prefix.count)), place >= 0
        else { throw .authgear("invalid cursor") }
        return Int(place)
    }

    private static func count(_ value: Value?) throws(FieldError) -> Int? {
        guard case .integer(let count) = value else { return nil }
        guard count >= 0 else { throw .authgear("first and last must not be negative") }
        return Int(min(count, Int64(maxPage)))
    }
}
