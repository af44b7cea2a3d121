/// The output of the decoder, which its caller makes.
package struct JPEGOutput {
    /// Makes the plane of a component that the decoder reduces to `eighths`/8 of its size in each direction. Called once
    /// for each component, in order, before the scan.
    let plane: (_ component: Int, _ tables: JPEGTables, _ eighths: Int) -> any JPEGPlane
    /// Returns whether to go on; called for each row of MCUs.
    let mayContinue: () -> Bool

    package init(
        plane: @escaping (_ component: Int, _ tables: JPEGTables, _ eighths: Int) -> any JPEGPlane,
        mayContinue: @escaping () -> Bool
    ) {
        self.plane = plane
        self.mayContinue = mayContinue
    }
}

/// Receives the samples of one component of a JPEG that are shown, row by row from top to bottom.
///
/// A class, because the decoder and its caller share it. It is called once for each row, so the indirect call costs
/// nothing.
package protocol JPEGPlane: AnyObject {
    /// The columns and rows of the reduced component that `push` receives.
    var columns: Range<Int> { get }
    var rows: Range<Int> { get }

    /// Takes the samples of the next row, one for each of `columns`, from 0 to 255.
    func push(_ row: Span<Float>)
}

/// Why a JPEG was not decoded.
package enum JPEGFailure: Error, Equatable {
    /// The file is damaged; libjpeg would refuse it too.
    case damaged(reason: String)
    /// `mayContinue` returned false.
    case stopped
}
