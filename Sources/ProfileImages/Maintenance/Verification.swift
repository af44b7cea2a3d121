package import FoundationEssentials
import Imaging

/// Checks that each media item has its files, and that each file has its media item.
package struct Verification: Sendable {
    private static let batch = 256

    private let metadata: any MetadataStore
    private let objects: any ObjectStore
    private let variants: VariantService
    private let isDeep: Bool
    private let repairs: Bool

    /// - Parameters:
    ///   - isDeep: whether every stored variant is rendered again and compared, instead of only its size and format.
    ///   - repairs: whether damaged variants are rendered again.
    package init(
        metadata: any MetadataStore,
        objects: any ObjectStore,
        variants: VariantService,
        isDeep: Bool,
        repairs: Bool
    ) {
        self.metadata = metadata
        self.objects = objects
        self.variants = variants
        self.isDeep = isDeep
        self.repairs = repairs
    }

    /// The number of calls of `progress` in `run`.
    package func stepCount() throws -> Int {
        try metadata.read { try $0.mediaCount() } + ObjectKey.shards.count
    }

    /// Checks all media, then all files.
    /// - Parameters:
    ///   - progress: called for each media item, and then for each of `ObjectKey.shards`.
    ///   - found: called with each finding.
    /// - Returns: the number of media items.
    @discardableResult
    package func run(now: Date = .now, progress: () -> Void = {}, found: (Finding) throws -> Void) throws -> Int {
        var count = 0
        var last: MediaID?
        while case let items = try metadata.read({ try $0.allMedia(after: last, limit: Self.batch) }),
            let newest = items.last
        {
            for item in items {
                for finding in try findings(in: item) { try found(finding) }
                progress()
            }
            count += items.count
            last = newest.id
        }
        let limit = now.addingTimeInterval(-GarbageCollection.minAge)
        try GarbageCollection(metadata: metadata, objects: objects)
            .run(changedBefore: limit, removing: false, progress: progress) {
                try found(Finding(kind: .unreferenced, path: $0, user: nil))
            }
        return count
    }

    private func findings(in item: MediaItem) throws -> [Finding] {
        let bytes = try objects.get(item.original)
        var findings: [Finding] = []
        if let kind = bytes.map({ isAltered($0, item) ? Finding.Kind.altered : nil }) ?? .missing {
            findings.append(Finding(kind: kind, path: item.original, user: item.userID.rawValue))
        } else if case .image(let image) = item.content {
            findings += try damagedVariants(of: image)
        }
        // An item that was deleted since it was listed has no files.
        guard try findings.isEmpty || metadata.read({ try $0.mediaItem(item.id, of: item.userID) }) != nil else {
            return []
        }
        return findings
    }

    private func isAltered(_ bytes: [UInt8], _ item: MediaItem) -> Bool {
        item.digest.map { $0 != ContentDigest(of: bytes) } ?? false
    }

    private func damagedVariants(of image: ProfileImage) throws -> [Finding] {
        let stored = try objects.list("\(ObjectKey.folder(of: image.id).rawValue)/").map(\.key).filter {
            $0 != image.key
        }
        let damaged = try ([image.key] + stored).filter { $0 != image.master }.filter { try isDamaged($0, of: image) }
        guard !damaged.isEmpty else { return [] }
        if repairs { try variants.renew(image, eagerly: false) }
        return damaged.map {
            Finding(kind: .damagedVariant, path: $0, user: image.userID.rawValue, isMended: repairs)
        }
    }

    private func isDamaged(_ key: ObjectKey, of image: ProfileImage) throws -> Bool {
        guard let bytes = try objects.get(key), let header = try? ImageHeader.read(bytes) else { return true }
        if key == image.key, bytes.count != image.variant.byteCount { return true }
        guard header.width == header.height, key == .variant(of: image.id, side: header.width, format: header.format)
        else { return true }
        guard isDeep else { return false }
        return try variants.rendered(image, side: header.width, format: header.format) != bytes
    }
}

/// A fault in the stores.
package struct Finding: Equatable, Encodable, Sendable {
    package enum Kind: String, Encodable, Sendable {
        /// A document or master is missing.
        case missing
        /// The bytes of a document or master have changed since they were stored.
        case altered
        /// A variant is missing or has the wrong size, format or bytes.
        case damagedVariant = "damaged-variant"
        /// No media item refers to the file or folder.
        case unreferenced
    }

    package let kind: Kind
    package let path: ObjectKey
    /// The user that the file belongs to; nil if there is none.
    package let user: String?
    /// Whether the fault was repaired.
    package var isMended = false

    /// Instructions for the operator.
    package var mend: String {
        switch kind {
        case .missing, .altered:
            "Copy the file back from a backup; without one, delete the media item, and ask the user to upload it again."
        case .damagedVariant: "Run portraitd verify --repair: it is rendered again."
        case .unreferenced: "Run portraitd gc --delete: nobody can reach it."
        }
    }
}
