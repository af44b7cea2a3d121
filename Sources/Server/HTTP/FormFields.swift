/// The fields of an `application/x-www-form-urlencoded` body, url.spec.whatwg.org §5.1.
struct FormFields: Equatable {
    /// The first of each name.
    let values: [String: String]

    /// A body that is not such a form, or has over 30 combining marks in a row, has no fields.
    init(_ body: [UInt8]) {
        // Byte by byte: a combining mark behind a plus sign does not make it another character here.
        let parts = body.split(separator: UInt8(ascii: "+"), omittingEmptySubsequences: false)
        let text = String(decoding: Array(parts.joined(separator: "%20".utf8)), as: UTF8.self)
        let items = RequestTarget(rawValue: "/?\(text)")?.query ?? []
        values = Dictionary(items.map { ($0.name, $0.value) }) { first, _ in first }
    }
}
