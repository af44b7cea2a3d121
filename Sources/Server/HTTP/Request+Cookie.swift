import HTTPTypes

extension Request {
    /// The value of the first cookie called `name`: RFC 6265 §4.2.1.
    func cookie(_ name: String) -> String? {
        (head.headerFields[.cookie] ?? "").split(separator: ";").lazy
            .map { $0.drop { $0 == " " } }
            .first { $0.hasPrefix("\(name)=") }
            .map { String($0.dropFirst(name.count + 1)) }
    }
}
