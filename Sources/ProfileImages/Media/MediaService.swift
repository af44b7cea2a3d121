package import FoundationEssentials

/// What can be done with a user's media, whatever protocol asks for it. Setting an image is `ProfileImageService`'s.
package struct MediaService: Sendable {
    /// How many documents a user may have.
    package let maxDocuments: Int
    private let rules: MediaRules
    private let profiles: ProfileService
    private let metadata: any MetadataStore
    private let objects: any ObjectStore
    private let removals: DeletionQueue

    package init(
        maxDocuments: Int,
        rules: MediaRules,
        profiles: ProfileService,
        metadata: any MetadataStore,
        objects: any ObjectStore,
        removals: DeletionQueue
    ) {
        self.maxDocuments = maxDocuments
        self.rules = rules
        self.profiles = profiles
        self.metadata = metadata
        self.objects = objects
        self.removals = removals
    }

    /// The user's media, newest first: up to `limit` that are older than the item called `id`.
    package func media(of user: UserID, after id: MediaID? = nil, limit: Int) throws -> [MediaItem] {
        try metadata.read { try $0.media(of: user, after: id, limit: limit) }
    }

    /// One of the user's media, or nil when they have none of this name.
    package func item(_ id: MediaID, of user: UserID) throws -> MediaItem? {
        try metadata.read { try $0.mediaItem(id, of: user) }
    }

    /// The bytes of an item: of an image, its default variant's. Nil when it was removed meanwhile.
    package func bytes(of item: MediaItem) throws -> [UInt8]? {
        try bytes(at: item.key, of: item)
    }

    /// Hands over the best bytes of an item, of an image its master's, a piece at a time: `ObjectStore.read`.
    /// - Returns: false when the item was removed meanwhile.
    package func readOriginal(
        of item: MediaItem,
        begin: (_ byteCount: Int) -> Void,
        _ take: ([UInt8]) -> Void
    ) throws -> Bool {
        if try objects.read(item.original, begin: begin, take) { return true }
        guard try self.item(item.id, of: item.userID) == nil else {
            throw StoreError.unavailable("the file \(item.original.rawValue) is missing")
        }
        return false
    }

    private func bytes(at key: ObjectKey, of item: MediaItem) throws -> [UInt8]? {
        if let bytes = try objects.get(key) { return bytes }
        guard try self.item(item.id, of: item.userID) == nil else {
            throw StoreError.unavailable("the file \(key.rawValue) is missing")
        }
        return nil
    }

    /// How the web server gets an item: of an image, its default variant.
    package func delivery(of item: MediaItem) -> Delivery {
        objects.delivery(of: item.key, .answer)
    }

    /// Stores a document, which only its user and applications may read.
    /// - Throws: `MediaError`, `ProfileError.unknownUser`, or what the stores throw; nothing is stored then.
    package func addDocument(
        _ bytes: [UInt8],
        of user: UserID,
        type: AdditionalType,
        name: String,
        mediaType: String,
        by actor: Actor,
        now: Date = .now
    ) throws -> MediaItem {
        guard !bytes.isEmpty else { throw MediaError.empty }
        try profiles.makeKnown(user, by: actor, now: now)
        let item = MediaItem(
            id: .random(),
            userID: user,
            additionalType: type,
            name: name,
            content: .document(mediaType: mediaType, byteCount: bytes.count, digest: ContentDigest(of: bytes)),
            isActive: false,
            createdAt: now
        )
        try objects.put([(bytes, item.key)], of: item.id)
        try objects.keeping([item.id]) {
            try metadata.write { try $0.addDocument(item, limit: maxDocuments, rules: rules, by: actor) }
        }
        return item
    }

    /// Takes one of the user's media away. When this returns its files are gone.
    /// - Returns: false when they have none of this name.
    package func remove(_ id: MediaID, of user: UserID, by actor: Actor, now: Date = .now) throws -> Bool {
        let isRemoved = try metadata.write { try $0.removeMedia(id, of: user, by: actor, at: now) }
        try removals.finish(of: user)
        return isRemoved
    }
}
