/// The fields of an `application/x-www-form-urlencoded` body, url.spec.whatwg.org §5.1.
struct FormFields: Equatable {
    /// The first of each name.
    let values: [String: String]

    /// What is no form has no fields.
    init(_ body: [UInt8]) {
        let text = String(decoding: body, as: UTF8.self).replacing("+", with: "%20")
        let items = RequestTarget(rawValue: "/?\(text)")?.query ?? []
        values = Dictionary(items.map { ($0.name, $0.value) }) { first, _ in first }
    }
}
