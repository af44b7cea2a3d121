/// How much a user may keep; nil for any amount.
package struct UserQuota: Equatable, Sendable {
    /// Pictures, the current one and those before it, and documents.
    package let items: Int?
    /// Those of documents, and of pictures in their default size and format.
    package let bytes: Int?

    package init(items: Int? = nil, bytes: Int? = nil) {
        self.items = items
        self.bytes = bytes
    }

    /// - Throws: `MediaError` when somebody who keeps so much keeps too much.
    package func check(items: Int, bytes: Int) throws(MediaError) {
        if let limit = self.items, items > limit { throw .tooManyItems(found: items, limit: limit) }
        if let limit = self.bytes, bytes > limit { throw .tooManyBytes(found: bytes, limit: limit) }
    }
}
