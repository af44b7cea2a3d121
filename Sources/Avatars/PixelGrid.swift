import Imaging

/// A picture of a few large cells. Cell borders fall between pixels at every side, and mirrored cells are equally
/// large.
struct PixelGrid: AvatarDrawing {
    /// The rows; each has as many cells as there are rows.
    let cells: [[Pixel]]

    func image(side: Int) throws(ImageError) -> GDImage {
        let places = places(side: side)
        let rows = cells.map { cells in places.map { cells[$0] } }
        return try GDImage(side: side) { y in rows[places[y]] }
    }

    /// Returns the cell index of each pixel. Pixels are counted from the nearer edge, so both halves are symmetric.
    private func places(side: Int) -> [Int] {
        (0..<side).map { pixel in
            let fromNearer = min(pixel, side - 1 - pixel)
            let cell = (2 * fromNearer + 1) * cells.count / (2 * side)
            return pixel == fromNearer ? cell : cells.count - 1 - cell
        }
    }
}

extension PixelGrid {
    /// Five by five blocks on a light background; the right half mirrors the left half.
    static func identicon(_ seed: AvatarSeed) -> PixelGrid {
        var seed = seed
        let colour = Pixel(seed.nextColour())
        let blocks = Self.blocks(&seed)
        // A block is 2 × 2 cells, and the margin around the pattern is one cell wide.
        let cells = (0..<12).map { row in
            (0..<12).map { column in
                guard 1...10 ~= row, 1...10 ~= column else { return ground }
                return blocks[(row - 1) / 2][(column - 1) / 2] ? colour : ground
            }
        }
        return PixelGrid(cells: cells)
    }

    private static let ground = Pixel(0xF0, 0xF0, 0xF0, 255)

    /// Draws patterns until one has 9 to 18 filled blocks of 25: sparse patterns look alike, and so do dense ones.
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

extension PixelGrid {
    /// A symmetric face of 10 × 10 cells, like the graphics of early home computers. The seed selects hair, eyes, mouth
    /// and colours.
    static func retroFace(_ seed: AvatarSeed) -> PixelGrid {
        var seed = seed
        let ground = Pixel(seed.nextColour())
        let hair = hairColours[seed.next(below: hairColours.count)]
        let skin = skinColours[seed.next(below: skinColours.count)]
        let halves =
            hairs[seed.next(below: hairs.count)] + eyes[seed.next(below: eyes.count)]
            + mouths[seed.next(below: mouths.count)] + [chin]
        let cells = halves.map { half in
            let pixels = half.map { letter -> Pixel in
                switch letter {
                case "h": hair
                case "s": skin
                case "w": .white
                case "k": dark
                case "r": red
                default: ground
                }
            }
            return pixels + pixels.reversed()
        }
        return PixelGrid(cells: cells)
    }

    private static let dark = Pixel(0x22, 0x22, 0x2A, 255)
    private static let red = Pixel(0xA8, 0x32, 0x32, 255)
    private static let hairColours = [
        Pixel(0x2B, 0x1D, 0x14, 255), Pixel(0x6B, 0x3E, 0x1E, 255), Pixel(0xE3, 0xB2, 0x3C, 255),
        Pixel(0xD8, 0xD8, 0xD8, 255), Pixel(0xB8, 0x4A, 0x1C, 255), Pixel(0x3A, 0x86, 0xC8, 255),
    ]
    private static let skinColours = [
        Pixel(0xFF, 0xDB, 0xB8, 255), Pixel(0xF0, 0xC0, 0x94, 255), Pixel(0xC9, 0x8E, 0x62, 255),
        Pixel(0x8D, 0x5A, 0x3B, 255), Pixel(0x9C, 0xCB, 0x7A, 255),
    ]

    /// The left halves of rows 1 to 5: `h` is hair, `s` skin, `w` white, `k` dark, `r` red, `.` background.
    private static let hairs = [
        [".....", "..hhh", ".hhhh", ".hhhh", ".hsss"],
        [".....", "...hh", "..hhh", ".hhss", ".hsss"],
        ["..h.h", "..hhh", ".hhhh", ".hshs", ".ssss"],
        [".....", ".....", "..sss", ".ssss", ".ssss"],
        [".....", ".hhhh", "hhhhh", "hhsss", "hhsss"],
        ["....h", "....h", "...hh", "..shh", ".ssss"],
    ]

    /// The left halves of rows 6 and 7.
    private static let eyes = [
        [".skss", ".ssss"],
        [".swks", ".ssss"],
        [".skks", ".swks"],
        [".kkkk", ".skks"],
        [".swws", ".swks"],
    ]

    /// The left halves of rows 8 and 9.
    private static let mouths = [
        [".ssss", "..srr"],
        [".sssk", "..skk"],
        [".sskk", "..ssk"],
        [".srss", "..srr"],
        [".hhhh", "..hrr"],
    ]

    private static let chin = "...ss"
}
