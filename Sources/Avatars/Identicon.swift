import Imaging

extension PixelGrid {
    /// Five by five blocks, the left half mirrored on the right, on a light ground.
    static func identicon(_ seed: AvatarSeed) -> PixelGrid {
        var seed = seed
        let colour = Pixel(seed.nextColour())
        let blocks = Self.blocks(&seed)
        // Cells are half blocks: the margin around the pattern is as wide as one.
        let cells = (0..<12).map { row in
            (0..<12).map { column in
                guard 1...10 ~= row, 1...10 ~= column else { return ground }
                return blocks[(row - 1) / 2][(column - 1) / 2] ? colour : ground
            }
        }
        return PixelGrid(cells: cells)
    }

    private static let ground = Pixel(0xF0, 0xF0, 0xF0, 255)

    /// Anew until the pattern is neither scattered nor solid; both are too much alike to tell users apart.
    private static func blocks(_ seed: inout AvatarSeed) -> [[Bool]] {
        while true {
            let rows = (0..<5).map { _ in
                let half = (0..<3).map { _ in seed.next(below: 2) == 1 }
                return half + half.prefix(2).reversed()
            }
            if 9...18 ~= rows.joined().count(where: \.self) { return rows }
        }
    }
}
