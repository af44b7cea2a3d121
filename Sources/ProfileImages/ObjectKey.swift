package import Imaging

/// The name of a stored object, the same in every object store: a path without a leading slash.
package struct ObjectKey: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The folder of one image. The first two digits spread the images over 256 folders, so that none grows huge.
    package static func folder(of image: ImageID) -> Self {
        Self(rawValue: "images/\(image.rawValue.prefix(2))/\(image.rawValue)")
    }

    /// One variant of an image, inside the image's folder.
    package static func variant(of image: ImageID, side: Int, format: ImageFormat) -> Self {
        Self(rawValue: "\(folder(of: image).rawValue)/\(side).\(format.fileExtension)")
    }
}
