import FoundationEssentials

extension ProfileAttributes {
    /// The largest metadata of each kind as JSON, in bytes, and how deep it may be nested.
    package static let maxMetadataBytes = 16 * 1024
    package static let maxMetadataDepth = 16

    /// - Throws: `ProfileError` for what is larger than it may be, or no claim.
    package func checkBounds() throws {
        for (attribute, metadata) in [
            (ProfileAttribute.metadata, metadata), (.publicMetadata, publicMetadata),
            (.privateMetadata, privateMetadata),
        ] where !metadata.isEmpty { try Self.check(metadata, of: attribute) }
        for claim in StandardClaim.allCases {
            guard let value = claims[claim] else { continue }
            guard claim.accepts(value) else { throw ProfileError.badClaim(claim) }
        }
    }

    private static func check(_ metadata: [String: JSONValue], of attribute: ProfileAttribute) throws {
        let value = JSONValue.object(metadata)
        guard value.depth <= maxMetadataDepth else {
            throw ProfileError.metadataTooDeep(attribute, depth: value.depth, limit: maxMetadataDepth)
        }
        let bytes = try JSONEncoder().encode(value).count
        guard bytes <= maxMetadataBytes else {
            throw ProfileError.metadataTooLarge(attribute, bytes: bytes, limit: maxMetadataBytes)
        }
    }
}
