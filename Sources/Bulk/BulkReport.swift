/// What became of an import or an export.
package struct BulkReport: Equatable, Encodable, Sendable {
    /// An item that was not taken.
    package struct Refusal: Equatable, Encodable, Sendable {
        /// A file's name, or a line's number.
        package let item: String
        /// The API's name for why, and its words.
        package let code: String
        package let reason: String
    }

    package var done = 0
    /// What was there already.
    package var skipped = 0
    package var refusals: [Refusal] = []
}
