/// What a check has found wrong, in words for the operator.
struct CheckFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
