import Foundation
import ProfileImages
import Storage

extension AuditActor {
    static let test = AuditActor(.command, name: "test")
}

extension MetadataStore {
    /// Sets an image of any user, and by default keeps no replaced image.
    @discardableResult
    func setImage(
        _ image: ProfileImage,
        if precondition: Precondition,
        keeping: RetentionPolicy = .newest(0),
        quota: UserQuota = UserQuota()
    ) throws -> MediaID? {
        let rules = MediaRules(creation: .onFirstUse, keeping: keeping, quota: quota)
        return try write { try $0.setImage(image, name: "", if: precondition, rules: rules, by: .test) }
    }

    func removeImage(of user: UserID, if precondition: Precondition, at time: Date = .now) throws {
        try write { try $0.removeImage(of: user, if: precondition, by: .test, at: time) }
    }

    /// Takes a staged image, whose name stays reserved.
    func takeStagedImage(_ id: MediaID) throws -> StagedImage? {
        try write { transaction in
            let image = try transaction.stagedImage(id)
            if image != nil { try transaction.clearStagedImage(id) }
            return image
        }
    }
}
