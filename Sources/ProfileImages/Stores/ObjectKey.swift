import Bytes
package import Imaging

/// The key of a stored object in every object store: a path without a leading slash.
///
/// Clients that know the URL can read objects under `public/`; all other objects are private.
package struct ObjectKey: RawRepresentable, Hashable, Codable, Sendable {
    /// The readers of an object.
    package enum Readers: Sendable {
        /// All clients that know the URL.
        case everybody
        /// The web server, which sends the object when an answer of portraitd names it.
        case webServer
        /// Only portraitd.
        case service
    }

    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The public folder of one image. The first two digits distribute the images over 256 folders, so that no folder
    /// becomes too large.
    package static func folder(of image: MediaID) -> Self {
        Self(rawValue: "\(publicPrefix)images/\(image.rawValue.prefix(2))/\(image.rawValue)")
    }

    /// The key of a variant, in the image's public folder.
    package static func variant(of image: MediaID, side: Int, format: ImageFormat) -> Self {
        Self(rawValue: "\(folder(of: image).rawValue)/\(side).\(format.fileExtension)")
    }

    /// The private folder of one image.
    package static func masterFolder(of image: MediaID) -> Self {
        Self(rawValue: "masters/\(image.rawValue.prefix(2))/\(image.rawValue)")
    }

    /// The key of an image's master, in the image's private folder.
    package static func master(of image: MediaID, format: ImageFormat) -> Self {
        Self(rawValue: "\(masterFolder(of: image).rawValue)/master.\(format.fileExtension)")
    }

    /// Parses the key of an image's master from the database; nil unless it belongs to `image`, because a database may
    /// come from an untrusted backup.
    package init?(master text: String, of image: MediaID) {
        let isOwn = ImageOutput.formats.contains { format in
            text == Self.master(of: image, format: format).rawValue
                || text.split(separator: "/").last?.split(separator: ".").first.flatMap { Int($0) }.map {
                    ImageOutput.sideRange ~= $0 && text == Self.variant(of: image, side: $0, format: format).rawValue
                } == true
        }
        guard isOwn else { return nil }
        self.init(rawValue: text)
    }

    /// The private folder of one document.
    package static func documentFolder(of item: MediaID) -> Self {
        Self(rawValue: "\(documentsPrefix)\(item.rawValue.prefix(2))/\(item.rawValue)")
    }

    /// The key of a document, in its private folder. nginx can read it, and sends it when an answer of portraitd names
    /// it.
    package static func document(_ item: MediaID) -> Self {
        Self(rawValue: "\(documentFolder(of: item).rawValue)/document")
    }

    /// The format of a picture by its file extension; nil for other objects.
    package var imageFormat: ImageFormat? {
        ImageOutput.formats.first { rawValue.hasSuffix(".\($0.fileExtension)") }
    }

    /// The prefixes of the keys of all objects: 256 for each of images, masters and documents.
    package static let shards = ["\(publicPrefix)images", "masters", "documents"].flatMap { area in
        (UInt8.min...UInt8.max).map { "\(area)/\($0.hexadecimal)/" }
    }

    /// The prefixes of the keys of an item's objects, the public prefix first.
    static func prefixes(of item: MediaID) -> [String] {
        [folder(of: item), masterFolder(of: item), documentFolder(of: item)].map { "\($0.rawValue)/" }
    }

    /// The media item that the object belongs to; nil if portraitd does not create such keys.
    var item: MediaID? {
        rawValue.split(separator: "/").dropLast().last.flatMap { MediaID(rawValue: String($0)) }
    }

    /// The readers of this object.
    package var readers: Readers {
        if rawValue.hasPrefix(Self.publicPrefix) { return .everybody }
        return rawValue.hasPrefix(Self.documentsPrefix) ? .webServer : .service
    }

    /// The path below the public folder with a leading slash; nil for private objects.
    package var publicPath: String? {
        readers == .everybody ? "/\(rawValue.dropFirst(Self.publicPrefix.count))" : nil
    }

    private static let publicPrefix = "public/"
    private static let documentsPrefix = "documents/"
}
