package import ProfileImages

/// The receipt for an erased user as JSON.
package struct ErasureReceipt: Encodable {
    let userId: String
    let erasedAt: String
    let profile: Bool
    let media: [Erasure.Item]
    let records: [String: Int]
    let digest: String

    package init(_ erasure: Erasure) throws {
        userId = erasure.userId
        erasedAt = erasure.erasedAt.iso8601
        profile = erasure.profile
        media = erasure.media
        records = erasure.records
        digest = try erasure.digest()
    }
}
