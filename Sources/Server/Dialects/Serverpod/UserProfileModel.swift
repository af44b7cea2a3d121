import ProfileImages

/// `serverpod_auth_core.UserProfileModel`: a profile as Serverpod's clients know it. What is not set is left out.
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
    /// Absent without a picture: clients show a placeholder of their own then.
    let imageUrl: String?

    /// - Parameter baseURL: what stands before `/serverpod_cloud_storage`.
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
