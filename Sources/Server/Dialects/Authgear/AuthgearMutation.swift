import FoundationEssentials
import GraphQL
import ProfileImages

/// The root object of mutations.
final class AuthgearMutation: ObjectSource {
    private let transaction: any WriteTransaction
    private let rules: MediaRules
    private let names: AuthgearPictureNames
    private let actor: AuditActor
    /// The users that the mutations changed.
    private(set) var users: Set<UserID> = []

    /// - Parameter rules: retention and quota; a mutation creates no profile, whatever their rule for creation is.
    init(_ transaction: any WriteTransaction, rules: MediaRules, names: AuthgearPictureNames, actor: AuditActor) {
        self.transaction = transaction
        self.rules = MediaRules(creation: .explicit, keeping: rules.keeping, quota: rules.quota)
        self.names = names
        self.actor = actor
    }

    let typeName = "Mutation"

    func value(of field: String, _ arguments: [String: Value]) throws -> Output {
        guard let input = arguments["input"] else { return .null }
        do {
            let profile = try updateUser(input)
            return .object(Record("UpdateUserPayload", ["user": .object(AuthgearUser(profile: profile, names: names))]))
        } catch ProfileError.unknownUser {
            throw FieldError.userNotFound
        } catch let error as MediaError {
            throw FieldError.authgear(Problem(error).detail)
        }
    }

    private func updateUser(_ input: Value) throws -> Profile {
        guard let user = input["userID"]?.text.flatMap(AuthgearNodeID.init(rawValue:))?.user else {
            throw FieldError.authgear("invalid user ID")
        }
        guard try transaction.hasProfile(user) else { throw ProfileError.unknownUser }
        let standard = try given(input["standardAttributes"]).map { value throws(FieldError) in
            try AuthgearStandardAttributes(value, names)
        }
        let custom = try given(input["customAttributes"]).map(Self.customAttributes)
        users.insert(user)
        if let standard { try setImage(of: user, to: standard.picture) }
        return try transaction.updateProfile(of: user, creation: .explicit, by: actor, at: .now) { attributes in
            standard?.apply(to: &attributes)
            if let custom { attributes.publicMetadata = custom }
            try Self.check(attributes)
        }.profile
    }

    private func setImage(of user: UserID, to picture: AuthgearPicture?) throws {
        switch picture {
        case .object(let id):
            let image = try transaction.adoptImage(id, for: user, rules: rules, by: actor, at: .now)
            guard image == nil else { return }
            var validation = AuthgearValidation()
            validation.add(
                "/picture",
                "format",
                [("format", .string("x_picture")), ("error", .string("unknown image"))]
            )
            try validation.check()
        case .elsewhere: break
        // As in Authgear, the old picture's URL still works: the image becomes a replaced image of the user.
        case nil: try transaction.retireImage(of: user, keeping: rules.keeping, by: actor, at: .now)
        }
    }

    private func given(_ value: Value?) -> Value? {
        value == .null ? nil : value
    }

    private static func customAttributes(_ value: Value) throws(FieldError) -> [String: JSONValue] {
        guard case .object(let members) = JSONValue(value) else {
            throw .authgear("customAttributes must be an object")
        }
        return members
    }

    /// Checks the bounds of the attributes.
    /// - Throws: `FieldError` with the bound and the actual size or depth.
    private static func check(_ attributes: ProfileAttributes) throws {
        var validation = AuthgearValidation()
        do {
            try attributes.checkBounds()
        } catch ProfileError.metadataTooLarge(_, let bytes, let limit) {
            let details = [("expected", limit), ("actual", bytes)].map { ($0.0, Value.integer(Int64($0.1))) }
            validation.add("", "maxLength", details)
        } catch ProfileError.metadataTooDeep(_, let depth, let limit) {
            let details = [("expected", limit), ("actual", depth)].map { ($0.0, Value.integer(Int64($0.1))) }
            validation.add("", "maxDepth", details)
        }
        try validation.check()
    }
}
