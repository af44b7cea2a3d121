package import FoundationEssentials

/// The file `manifest.jsonl` of an export: a header line, then one line for each user.
package enum ExportManifest {
    package static let fileName = "manifest.jsonl"

    /// The first line.
    package struct Header: Codable, Equatable, Sendable {
        /// The version of the format.
        package let portraitdExport: Int

        /// The version that this program writes.
        package static let current = Header(portraitdExport: 1)
    }

    /// A line with one user and the user's files.
    package struct Line: Codable, Equatable, Sendable {
        package let user: ExportedUser
        package let files: [File]

        package init(user: ExportedUser, files: [File]) {
            self.user = user
            self.files = files
        }
    }

    /// An exported file next to the manifest.
    package struct File: Codable, Equatable, Sendable {
        /// The path relative to the manifest's folder.
        package let path: ObjectKey
        package let byteCount: Int
        package let sha256: ContentDigest

        package init(_ bytes: [UInt8], at path: ObjectKey) {
            self.path = path
            byteCount = bytes.count
            sha256 = ContentDigest(of: bytes)
        }
    }

    /// Returns one line as JSON, without a line feed.
    package static func text(_ line: some Encodable) throws -> Data {
        try JSONEncoder.standard().encode(line)
    }

    /// - Throws: `DecodingError`.
    package static func read<Line: Decodable>(_ type: Line.Type, from text: Data) throws -> Line {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            return try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
                .inWholeMilliseconds
        }
        return try decoder.decode(type, from: text)
    }
}
