import HTTPTypes
import ProfileImages

/// The Profile Service of discover.swiss: what portraitd's own API says of the caller, at a path of its own.
struct ProfileServiceDialect: Dialect {
    private static let subscriptionKey = "Ocp-Apim-Subscription-Key"
    /// Bears the token of a guest.
    private static let profileToken = HTTPField.Name("ProfileToken")

    let resources: [Resource]
    let cors: CORSPolicy
    private let base: [Substring]
    private let authenticator: Authenticator

    init(_ native: NativeDialect, authenticator: Authenticator, settings: Settings) {
        self.authenticator = authenticator
        base = settings.profileServicePath.split(separator: "/")
        cors = CORSPolicy(
            allowedOrigins: settings.cors.allowedOrigins,
            moreHeaders: ["ProfileToken", Self.subscriptionKey, "Accept-Timezone"]
        )
        resources = native.resources.filter { Self.isServed($0.template) }.map { resource in
            let isImage = resource.template == "/me/profileimage"
            return (isImage ? resource.replacing(.get, with: .authenticated(native.images.getThumbnail)) : resource)
                .mounted(at: settings.profileServicePath)
        }
    }

    func owns(_ path: [String]) -> Bool {
        path.count > base.count && zip(path, base).allSatisfy { $0 == $1 }
    }

    /// As in portraitd's own API, or by the token of a guest. Subscription keys are the original's gateway's: they mean nothing.
    func authenticate(_ request: Request) throws -> Principal {
        if request.head.headerFields[.authorization] == nil, let name = Self.profileToken,
            let token = request.head.headerFields[name]
        {
            return try authenticator.principal(provenBy: token)
        }
        return try authenticator.authenticate(request)
    }

    func response(to problem: Problem, of request: Request) -> Response {
        problem.response(requestID: request.id)
    }

    private static func isServed(_ template: String) -> Bool {
        ["/me", "/media"].contains { template == $0 || template.hasPrefix("\($0)/") }
    }
}
