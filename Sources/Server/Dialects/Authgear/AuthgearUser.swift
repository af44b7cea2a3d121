import GraphQL
import ProfileImages

/// A user as GraphQL sees them.
struct AuthgearUser: ObjectSource {
    let profile: Profile
    let names: AuthgearPictureNames

    var typeName: String { "User" }

    func value(of field: String, _ arguments: [String: Value]) -> Output {
        switch field {
        case "id": .text(AuthgearNodeID(profile.userID).rawValue)
        case "createdAt": .text(profile.createdAt.iso8601)
        case "updatedAt": .text(profile.updatedAt.iso8601)
        case "standardAttributes": .value(Value(.object(AuthgearAttributes.standard(of: profile, names))))
        case "customAttributes": .value(Value(.object(profile.attributes.publicMetadata)))
        case "formattedName": .text(profile.attributes.name)
        default: .null
        }
    }
}
