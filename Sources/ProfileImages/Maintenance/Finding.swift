/// Something that is not as it should be in the stores.
package struct Finding: Equatable, Encodable, Sendable {
    package enum Kind: String, Encodable, Sendable {
        /// What cannot be made again is not there.
        case missing
        /// What cannot be made again has other bytes than it was stored with.
        case altered
        /// A variant that must be there is not, or is not what it should be.
        case damagedVariant = "damaged-variant"
        /// Nothing refers to the file or folder.
        case unreferenced
    }

    package let kind: Kind
    package let path: ObjectKey
    /// Whose it is; nil when it is nobody's.
    package let user: String?
    /// Whether it is as it should be again.
    package var isMended = false

    /// What to do about it.
    package var mend: String {
        switch kind {
        case .missing, .altered:
            "Copy the file back from a backup; without one, delete the media item, and ask the user to upload it again."
        case .damagedVariant: "Run portraitd verify --repair: it is rendered again."
        case .unreferenced: "Run portraitd gc --delete: nobody can reach it."
        }
    }
}
