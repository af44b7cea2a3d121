import HTTPTypes
import Imaging
package import ProfileImages

/// The HTTP surface: every path and method that is answered.
package struct RouteTable: Sendable {
    private let resources: [Resource]

    package init(service: ProfileImageService, variants: VariantService, settings: Settings) {
        let images = ProfileImageHandlers(
            service: service,
            output: settings.output,
            publicURL: settings.publicURL,
            maxBytes: settings.limits.maxBytes,
            memory: MemoryBudget.forUploads(settings)
        )
        let status = StatusHandlers(service: service, limits: StatusHandlers.Limits(settings))
        let profileImage: [HTTPRequest.Method: Resource.Handler] = [
            .get: .authenticated(images.get),
            .put: .authenticated(images.put),
            .delete: .authenticated(images.delete),
        ]
        resources = [
            Resource("/me/profileimage", profileImage),
            Resource("/users/{id}/profileimage", profileImage),
            Resource("/images/{id}/{variant}", [.get: .open(VariantHandlers(service: variants).get)]),
            Resource("/limits", [.get: .open(status.getLimits)]),
            Resource("/healthz", [.get: .open(status.getHealth)]),
            Resource("/readyz", [.get: .open(status.getReadiness)]),
        ]
    }

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
