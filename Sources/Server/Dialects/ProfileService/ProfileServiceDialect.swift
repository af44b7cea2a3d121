import Configuration
import HTTPTypes
import ProfileImages

/// The Profile Service of discover.swiss: the routes `/me` and `/media` of portraitd's own API, below another path.
struct ProfileServiceDialect: Sendable {
    let apis: [API]

    init(_ native: NativeAPI, authenticator: Authenticator, settings: ServiceSettings) {
        var profiles = native.profiles
        profiles.represent = { profile, urls, _ in ProfileServicePerson(profile, urls: urls) }
        let own: [String: [HTTPRequest.Method: Route.Handler]] = [
            "/me": [
                .get: .authenticated(profiles.get), .put: .authenticated(profiles.put),
                .patch: .authenticated(profiles.patch),
            ],
            "/me/profileimage": [.get: .authenticated(native.images.getThumbnail)],
        ]
        let routes = native.api.routes.filter { Self.isServed($0.template.text) }
            .map { $0.replacing(own[$0.template.text] ?? [:]).mounted(at: settings.dialects.profileService.path) }
        let base = settings.dialects.profileService.path.split(separator: "/").map(String.init)
        apis = [
            API(
                routes,
                owns: { $0.count > base.count && $0.starts(with: base) },
                authenticate: { try Self.principal(of: $0, authenticator) },
                answer: native.api.answer,
                cors: CORSPolicy(
                    allowedOrigins: settings.cors.allowedOrigins,
                    moreHeaders: ["ProfileToken", "Ocp-Apim-Subscription-Key", "Accept-Timezone"]
                )
            )
        ]
    }

    /// Authenticates like portraitd's own API, or by a guest's token in `ProfileToken`. The subscription key, which is
    /// for the gateway of the original service, is ignored.
    private static func principal(of request: Request, _ authenticator: Authenticator) throws -> Principal {
        if request.head.headerFields[.authorization] == nil, let name = HTTPField.Name("ProfileToken"),
            let token = request.head.headerFields[name]
        {
            return try authenticator.principal(provenBy: token)
        }
        return try authenticator.authenticate(request)
    }

    private static func isServed(_ template: String) -> Bool {
        ["/me", "/media"].contains { template == $0 || template.hasPrefix("\($0)/") }
    }
}

/// The settings for clients of the Profile Service.
package struct ProfileServiceSettings: Equatable, Sendable {
    /// The path of the Profile Service, without a slash at its end. It is not the root, where portraitd's own API is.
    package let path: String

    init(_ reader: inout SettingsReader) {
        path = reader.value(
            "PORTRAITD_PROFILE_SERVICE_PATH",
            default: "/profile",
            written: "/profile",
            values: "a path like /profile",
            help: "Profile Service: the path under which its clients find it."
        ) { text in text.wholeMatch(of: /(?:\/[A-Za-z0-9._~-]+)+/) == nil ? nil : text }
    }
}
