import Imaging

/// A default picture of one user, in any size.
protocol AvatarDrawing {
    /// The picture in a square of this side.
    func bitmap(side: Int) -> Bitmap
}
