import HTTPTypes
package import ProfileImages

extension ImportFailure {
    /// Says of an import what would be said of an upload; our own troubles pass.
    package init(problemOf error: any Error) {
        let problem = Problem(error)
        self.init(code: problem.code, detail: problem.detail, isTransient: problem.status.kind == .serverError)
    }
}
