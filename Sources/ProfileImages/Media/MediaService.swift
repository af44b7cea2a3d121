package import FoundationEssentials

/// Lists, reads, adds and removes the media of users for all protocols. `ProfileImageService` sets images.
package struct MediaService: Sendable {
    /// The maximum number of documents of a user.
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

    /// Returns the user's media, newest first: up to `limit` items that are older than the item `id`.
    package func media(of user: UserID, after id: MediaID? = nil, limit: Int) throws -> [MediaItem] {
        try metadata.read { try $0.media(of: user, after: id, limit: limit) }
    }

    /// Returns the user's item with the identifier `id`; nil if the user has no such item.
    package func item(_ id: MediaID, of user: UserID) throws -> MediaItem? {
        try metadata.read { try $0.mediaItem(id, of: user) }
    }

    /// Returns the bytes of a document, or of the default variant of an image; nil if the item was removed meanwhile.
    package func bytes(of item: MediaItem) throws -> [UInt8]? {
        try bytes(at: item.key, of: item)
    }

    /// Reads a document, or the master of an image, in pieces; see `ObjectStore.read`.
    /// - Returns: false if the item was removed meanwhile.
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

    /// Returns how the web server sends a document, or the default variant of an image.
    package func delivery(of item: MediaItem) -> Delivery {
        objects.delivery(of: item.key, .answer)
    }

    /// Stores a document. Only the user and applications may read it.
    /// - Throws: `MediaError`, `ProfileError.unknownUser`, or an error of the stores; nothing is stored then.
    package func addDocument(
        _ bytes: [UInt8],
        of user: UserID,
        type: AdditionalType,
        name: String,
        mediaType: String,
        by actor: AuditActor,
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

    /// Removes one of the user's media items; its files are deleted when this returns.
    /// - Returns: false if the user has no such item.
    package func remove(_ id: MediaID, of user: UserID, by actor: AuditActor, now: Date = .now) throws -> Bool {
        let isRemoved = try metadata.write { try $0.removeMedia(id, of: user, by: actor, at: now) }
        try removals.finish(of: user)
        return isRemoved
    }
}
