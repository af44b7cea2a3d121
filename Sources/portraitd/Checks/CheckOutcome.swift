/// What came of one check.
struct CheckOutcome: Encodable {
    let what: String
    let isWell: Bool
    let detail: String

    var text: String {
        "\(isWell ? "ok" : "FAULT")\t\(what)\t\(detail)"
    }

    /// - Parameter check: returns what was found, or throws why it is not well.
    init(_ what: String, check: () throws -> String) {
        self.what = what
        do {
            detail = try check()
            isWell = true
        } catch {
            detail = "\(error)"
            isWell = false
        }
    }
}
