package import FoundationEssentials
import Imaging

/// Compares the metadata with the files, in both directions.
package struct Verification: Sendable {
    private static let batch = 256

    private let metadata: any MetadataStore
    private let objects: any ObjectStore
    private let variants: VariantService
    private let isDeep: Bool
    private let repairs: Bool

    /// - Parameters:
    ///   - isDeep: whether every variant is rendered again and compared, not only looked at.
    ///   - repairs: whether variants that are damaged are rendered again.
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

    /// How often `run` reports its progress.
    package func stepCount() throws -> Int {
        try metadata.read { try $0.mediaCount() } + ObjectKey.shards.count
    }

    /// Looks at all media, and then at all files.
    /// - Parameters:
    ///   - progress: is called for each media item, and then for each of `ObjectKey.shards`.
    ///   - found: is called with each finding.
    /// - Returns: how many media there were.
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
        // What was deleted since it was listed has no files any more.
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
