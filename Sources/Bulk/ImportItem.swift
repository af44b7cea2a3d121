import Imaging
import ProfileImages

/// What an import brings of one user, before it is looked at.
struct ImportItem: Sendable {
    let user: UserID
    /// Below the folder; nil where only attributes are brought.
    let file: String?
    let name: String
    let crop: PixelRect?
    let rating: ImageRating
    /// The members that are attributes.
    let attributes: JSONObjectReader?

    /// Sets the attributes.
    var change: (@Sendable (inout ProfileAttributes) throws -> Void)? {
        guard let attributes else { return nil }
        return { try $0.set(by: attributes) }
    }
}

extension ImportItem {
    private static let maxPathBytes = 4096

    /// A file whose name is its user, percent-encoded as in a URL's path, with an ending or without.
    /// - Throws: `BulkError.badLine`.
    init(fileName: String) throws(BulkError) {
        let stem = fileName.lastIndex(of: ".").map { fileName[..<$0] } ?? fileName[...]
        guard !stem.unicodeScalars.contains(where: { $0 == "/" || $0 == "\u{FFFD}" }),
            let name = String(percentDecoding: stem), let user = UserID(rawValue: name)
        else { throw .badLine("names no user: a file is called as the user is, percent-encoded") }
        self.init(user: user, file: fileName, name: fileName, crop: nil, rating: .g, attributes: nil)
    }

    /// `{"user": …, "file": …}` with `name`, `crop`, `rating` and the attributes of a profile where they are known.
    /// - Throws: `CodedError`, or `BulkError.badLine`.
    init(line: [UInt8]) throws {
        var body = try JSONObjectReader(line)
        guard let user = UserID(rawValue: try body.requiredText("user", maxBytes: UserID.maxBytes)) else {
            throw BulkError.badLine("names no user")
        }
        let file = try body.text("file", maxBytes: Self.maxPathBytes) ?? nil
        let name = try body.text("name", maxBytes: Self.maxPathBytes) ?? nil
        let crop = try (body.text("crop", maxBytes: Self.maxPathBytes) ?? nil).map { try PixelRect(crop: $0) }
        let rating = try (body.text("rating", maxBytes: Self.maxPathBytes) ?? nil).map { try ImageRating(text: $0) }
        // Whether they can be set at all, before anything is done.
        var tried = ProfileAttributes()
        try tried.set(by: body)
        try tried.checkBounds()
        self.init(
            user: user,
            file: file,
            name: name ?? file?.split(separator: "/").last.map(String.init) ?? "",
            crop: crop,
            rating: rating ?? .g,
            attributes: body.names.isEmpty ? nil : body
        )
    }
}
