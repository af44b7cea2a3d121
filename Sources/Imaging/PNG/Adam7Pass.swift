/// One of the seven pictures, each of some of the pixels, that an interlaced PNG consists of: PNG (third edition) §8.2.
struct Adam7Pass {
    let columns: [Int]
    let rows: [Int]

    /// The passes that are not empty, in the order of the file.
    static func all(width: Int, height: Int) -> [Adam7Pass] {
        let grids = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        return grids.map { x, y, columnStep, rowStep in
            Adam7Pass(
                columns: Array(stride(from: x, to: width, by: columnStep)),
                rows: Array(stride(from: y, to: height, by: rowStep))
            )
        }.filter { !$0.columns.isEmpty && !$0.rows.isEmpty }
    }
}
