import HTTPTypes
import ProfileImages

/// An endpoint whose methods read and change the profile of the user in the token.
struct UserProfileEndpoint: Sendable {
    enum Method: String, CaseIterable {
        case get, setUserImage, removeUserImage, changeUserName, changeFullName
    }

    /// The methods that this endpoint has.
    let methods: [Method]
    let images: ProfileImageService
    let profiles: ProfileService
    /// The attributes that users may change in their own profiles.
    let selfAttributes: Set<ProfileAttribute>
    let settings: ServerpodSettings
    let uploads: UploadReader
    let publicURL: PublicURL
    let pseudonyms: Pseudonyms

    /// Answers one call. The user is always the user in the token.
    func call(_ request: Request, by principal: Principal) throws -> Response {
        let user = try principal.me()
        do {
            return try call(request, of: user, by: principal)
        } catch ProfileError.unknownUser {
            throw Problem.userProfileNotFound(user)
        }
    }

    private func call(_ request: Request, of user: UserID, by principal: Principal) throws -> Response {
        // A long body may wait for memory.
        if request.announcedLength(upTo: uploads.maxBytes) > Request.maxJSONBytes { try request.willTakeLong() }
        return try uploads.withBase64(of: request) { (body: consuming [UInt8]) in
            var call = try ServerpodCall(request, body: body)
            guard let method = Method(rawValue: call.method), methods.contains(method) else {
                throw Problem.badRequest("Method not found in endpoint")
            }
            try principal.authorize(method == .get ? .read : .write, on: user)
            if method != .get, let refusal = try refusal(of: principal, on: user) { return refusal }
            try carryOut(method, &call, of: user, by: principal, in: request)
            return try answer(user, by: principal, in: request)
        }
    }

    private func carryOut(
        _ method: Method,
        _ call: inout ServerpodCall,
        of user: UserID,
        by principal: Principal,
        in request: Request
    ) throws {
        let actor = principal.actor(in: request)
        switch method {
        case .get: break
        case .setUserImage:
            let image = NewImage(try call.takeImage())
            try request.willTakeLong()
            _ = try images.replaceImage(of: user, with: image, if: .none, by: actor)
        case .removeUserImage:
            try images.deleteImage(of: user, if: .none, by: actor)
        case .changeUserName:
            try change(.userName, \.userName, to: call.name("userName"), of: user, by: principal, actor)
        case .changeFullName:
            try change(.fullName, \.fullName, to: call.name("fullName"), of: user, by: principal, actor)
        }
    }

    private func change(
        _ attribute: ProfileAttribute,
        _ path: WritableKeyPath<ProfileAttributes, String?>,
        to name: String?,
        of user: UserID,
        by principal: Principal,
        _ actor: AuditActor
    ) throws {
        guard principal.isTrusted || selfAttributes.contains(attribute) else {
            throw Problem.forbidden("Users may not change \(attribute.rawValue).")
        }
        _ = try profiles.update(user, creation: profiles.creation, by: actor) { $0[keyPath: path] = name }
    }

    /// Returns the application's exception if the principal lacks the scope for changes; nil if it has the scope. With
    /// Serverpod, the code of the application's endpoint checks this.
    /// - Throws: a problem with status 403 if the settings name no exception.
    private func refusal(of principal: Principal, on user: UserID) throws -> Response? {
        guard let scope = settings.editScope else { return nil }
        do {
            try principal.authorize(scope, on: user)
            return nil
        } catch {
            guard let name = settings.editException else { throw error }
            return try .serverpod(SerializableException(name, message: error.detail), status: .badRequest)
        }
    }

    private func answer(_ user: UserID, by principal: Principal, in request: Request) throws -> Response {
        let profile =
            try profiles.creation == .onFirstUse
            ? profiles.ownProfile(
                of: user,
                by: principal.actor(in: request),
                willWrite: request.willTakeLong
            ) : profiles.profile(of: user)
        guard let profile else { throw ProfileError.unknownUser }
        return try .serverpod(UserProfileModel(profile, pseudonyms: pseudonyms, baseURL: publicURL.base(for: request)))
    }
}

/// `serverpod_auth_core.UserProfileModel`: a profile for Serverpod's clients. Unset attributes are left out.
struct UserProfileModel: Encodable {
    enum CodingKeys: String, CodingKey {
        case className = "__className__"
        case authUserId, userName, fullName, email, imageUrl
    }

    let className = "serverpod_auth_core.UserProfileModel"
    let authUserId: String
    let userName: String?
    let fullName: String?
    let email: String?
    /// Nil if the user has no picture; clients then show a placeholder.
    let imageUrl: String?

    /// - Parameter baseURL: the part of the picture's URL before `/serverpod_cloud_storage`.
    init(_ profile: Profile, pseudonyms: Pseudonyms, baseURL: String) {
        authUserId = pseudonyms.uuid(of: profile.userID)
        userName = profile.attributes.userName
        fullName = profile.attributes.fullName
        email = profile.attributes.email?.rawValue
        imageUrl =
            profile.attributes.picture?.rawValue
            ?? profile.image.map { "\(baseURL)\(ServerpodPicturePath($0, pseudonyms: pseudonyms).target)" }
    }
}
