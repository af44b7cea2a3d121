/// Why a picture was not imported.
package struct ImportFailure: Error, Equatable, Sendable {
    /// Names the kind of failure for programs, as a problem's code does.
    package let code: String
    /// Explains it to a person.
    package let detail: String
    /// Whether trying again may help.
    package let isTransient: Bool

    package init(code: String, detail: String, isTransient: Bool = false) {
        self.code = code
        self.detail = detail
        self.isTransient = isTransient
    }
}
