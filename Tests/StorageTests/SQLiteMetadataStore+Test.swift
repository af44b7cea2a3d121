import Foundation
import ProfileImages
import Storage

extension Actor {
    static let test = Actor(.command, name: "test")
}

extension SQLiteMetadataStore {
    /// Sets an image of any user, and keeps nothing of the one before.
    @discardableResult
    func setImage(_ image: ProfileImage, if precondition: Precondition, keeping: KeepReplaced = .newest(0)) throws
        -> MediaID?
    {
        try setImage(image, name: "", if: precondition, keeping: keeping, creation: .onFirstUse, by: .test)
    }

    func removeImage(of user: UserID, if precondition: Precondition) throws {
        try removeImage(of: user, if: precondition, by: .test, at: .now)
    }
}
