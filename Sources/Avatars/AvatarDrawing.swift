import Imaging

/// A default picture of one user, in any size.
protocol AvatarDrawing {
    /// The picture in a square of this side.
    func image(side: Int) throws(ImageError) -> GDImage
}
