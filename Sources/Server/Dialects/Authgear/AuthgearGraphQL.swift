import GraphQL
import HTTPTypes
import ProfileImages

/// The resource `/_api/admin/graphql`.
struct AuthgearGraphQL: Sendable {
    /// What one request may change at once.
    private static let maxMutations = 5

    /// Undoes what a request has done before something went wrong.
    private struct Undoing: Error {
        let response: GraphQL.Response
    }

    let app: String
    let services: Services
    let publicURL: PublicURL

    func post(_ request: Request, by principal: Principal) throws -> Response {
        let names = AuthgearPictureNames(app: app, base: try publicURL.base(for: request))
        do {
            let executable = try ExecutableRequest(GraphQL.Request(request), schema: AuthgearSchema.schema)
            guard executable.isMutation else {
                return answer(executable.response(from: AuthgearQuery(profiles: services.profiles, names: names)))
            }
            guard try executable.rootFieldCount <= Self.maxMutations else {
                throw Problem.authgear("BadRequest", "at most \(Self.maxMutations) mutations are allowed in a request")
            }
            return answer(try change(executable, names, by: principal.actor(in: request)))
        } catch let refusal as ExecutableRequest.Refusal {
            return answer(GraphQL.Response(refusing: refusal.errors))
        }
    }

    /// Does all that a mutation asks for, or nothing when one of its fields fails.
    private func change(
        _ executable: ExecutableRequest,
        _ names: AuthgearPictureNames,
        by actor: Actor
    ) throws -> GraphQL.Response {
        do {
            let (response, users) = try services.metadata.write { transaction in
                let mutation = AuthgearMutation(transaction, rules: services.rules, names: names, actor: actor)
                let response = executable.response(from: mutation)
                guard response.errors.isEmpty else { throw Undoing(response: response) }
                return (response, mutation.users)
            }
            for user in users { services.removals.finishIfPossible(of: user) }
            return response
        } catch let undoing as Undoing {
            return undoing.response
        }
    }

    private func answer(_ response: GraphQL.Response) -> Response {
        var answer = Response(.ok, headerFields: .authgearAdmin, body: response.json)
        answer.headerFields[.contentType] = "application/json; charset=utf-8"
        answer.cause = response.unexpected.first.map { "\($0)" }
        return answer
    }
}
