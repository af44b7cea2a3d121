/// A way in which clients speak to portraitd: its paths, its credentials, and its words for what goes wrong.
package protocol Dialect: Sendable {
    var resources: [Resource] { get }

    /// Which web pages of other origins may call it.
    var cors: CORSPolicy { get }

    /// Whether the path of these segments is this dialect's, whether there is anything at it or not.
    func owns(_ path: [String]) -> Bool

    /// Finds out who makes a request.
    /// - Throws: a `Problem` with status 401, or what the metadata store throws.
    func authenticate(_ request: Request) throws -> Principal

    /// The answer to a request that was not carried out.
    func response(to problem: Problem, of request: Request) -> Response
}

extension Dialect {
    /// - Throws: a problem with status 404, or 400 when the request's target is malformed.
    func resource(for request: Request) throws(Problem) -> Resource {
        guard request.target != nil else {
            throw .badRequest("The request target is not a path with valid percent-encoded UTF-8.")
        }
        guard let resource = resources.first(where: { $0.matches(request.segments) }) else {
            throw .notFound("There is nothing at this path.")
        }
        return resource
    }
}
