/// The order in which a JPEG stores the coefficients of a block: ITU-T T.81 §A.3.6.
enum Zigzag {
    /// The place of each, row after row: along the diagonals, up and down in turns.
    static let order: [Int] = (0..<15).flatMap { diagonal in
        let rows = (0..<8).filter { 0..<8 ~= diagonal - $0 }
        return (diagonal.isMultiple(of: 2) ? rows.reversed() : rows).map { $0 * 8 + diagonal - $0 }
    }
}
