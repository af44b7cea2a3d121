package import Imaging

/// The name of a stored object, the same in every object store: a path without a leading slash.
///
/// What is below `public/` may be read by everybody who knows its name; all else is private.
package struct ObjectKey: RawRepresentable, Hashable, Codable, Sendable {
    /// Who may read an object.
    package enum Readers: Sendable {
        /// Everybody who knows its name.
        case everybody
        /// The web server, which sends it when portraitd says so.
        case webServer
        /// portraitd itself.
        case service
    }

    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The public folder of one image. The first two digits spread the images over 256 folders, so that none grows huge.
    package static func folder(of image: MediaID) -> Self {
        Self(rawValue: "\(publicPrefix)images/\(image.rawValue.prefix(2))/\(image.rawValue)")
    }

    /// One variant of an image, inside the image's public folder.
    package static func variant(of image: MediaID, side: Int, format: ImageFormat) -> Self {
        Self(rawValue: "\(folder(of: image).rawValue)/\(side).\(format.fileExtension)")
    }

    /// The private folder of one image.
    package static func masterFolder(of image: MediaID) -> Self {
        Self(rawValue: "masters/\(image.rawValue.prefix(2))/\(image.rawValue)")
    }

    /// What an image's variants are made of, inside the image's private folder.
    package static func master(of image: MediaID, format: ImageFormat) -> Self {
        Self(rawValue: "\(masterFolder(of: image).rawValue)/master.\(format.fileExtension)")
    }

    /// What `text` says of the file that an image's variants are made of; nil unless it is the name that the image's own
    /// identifier gives: a database may come from somebody else's backup.
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

    /// A document as it came, inside its private folder. nginx may read it, and sends it when portraitd says so.
    package static func document(_ item: MediaID) -> Self {
        Self(rawValue: "\(documentFolder(of: item).rawValue)/document")
    }

    /// The format of a picture; nil for what is none.
    package var imageFormat: ImageFormat? {
        ImageOutput.formats.first { rawValue.hasSuffix(".\($0.fileExtension)") }
    }

    /// The prefixes that the keys of all items' objects begin with: 256 in each area.
    package static let shards = ["\(publicPrefix)images", "masters", "documents"].flatMap { area in
        (UInt8.min...UInt8.max).map { "\(area)/\($0.hexadecimal)/" }
    }

    /// The prefixes that the keys of an item's objects begin with, what is public first.
    static func prefixes(of item: MediaID) -> [String] {
        [folder(of: item), masterFolder(of: item), documentFolder(of: item)].map { "\($0.rawValue)/" }
    }

    /// The item whose object this is; nil for what has no name of ours.
    var item: MediaID? {
        rawValue.split(separator: "/").dropLast().last.flatMap { MediaID(rawValue: String($0)) }
    }

    /// Who may read it.
    package var readers: Readers {
        if rawValue.hasPrefix(Self.publicPrefix) { return .everybody }
        return rawValue.hasPrefix(Self.documentsPrefix) ? .webServer : .service
    }

    /// The path below the public folder, with a leading slash; nil for what is private.
    package var publicPath: String? {
        readers == .everybody ? "/\(rawValue.dropFirst(Self.publicPrefix.count))" : nil
    }

    private static let publicPrefix = "public/"
    private static let documentsPrefix = "documents/"
}
