/// A lexical token: §2.1.6.
struct Token: Sendable {
    enum Kind: Equatable, Sendable {
        case punctuator(Character)
        /// `...`
        case spread
        case name(String)
        case integer(String)
        case float(String)
        case string(String)
        case end
    }

    let kind: Kind
    let location: Location

    /// What an error calls it.
    var description: String {
        switch kind {
        case .punctuator(let character): "\"\(character)\""
        case .spread: "\"...\""
        case .name(let name): "name \"\(name)\""
        case .integer(let text): "Int \"\(text)\""
        case .float(let text): "Float \"\(text)\""
        case .string: "a string"
        case .end: "<EOF>"
        }
    }
}
