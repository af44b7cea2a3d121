/// Receives the samples of one component of a JPEG that are shown, row by row from top to bottom.
///
/// A class, because the decoder and its caller share it; called once for each row, so the indirect call costs nothing.
package protocol JPEGPlane: AnyObject {
    /// The columns and rows of the reduced component that `push` receives.
    var columns: Range<Int> { get }
    var rows: Range<Int> { get }

    /// Takes one row of samples from 0 to 255: `columns`, of the next of `rows`.
    func push(_ row: Span<Float>)
}

/// Why a JPEG was not decoded.
package enum JPEGFailure: Error, Equatable {
    /// The file is damaged; libjpeg would refuse it too.
    case damaged(reason: String)
    /// `mayContinue` returned false.
    case stopped
}
