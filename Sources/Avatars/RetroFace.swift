import Imaging

extension PixelGrid {
    /// A face as an early home computer would draw it: hair, eyes and mouth chosen from a few, mirrored.
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

    /// The left halves of the upper five rows.
    private static let hairs = [
        [".....", "..hhh", ".hhhh", ".hhhh", ".hsss"],
        [".....", "...hh", "..hhh", ".hhss", ".hsss"],
        ["..h.h", "..hhh", ".hhhh", ".hshs", ".ssss"],
        [".....", ".....", "..sss", ".ssss", ".ssss"],
        [".....", ".hhhh", "hhhhh", "hhsss", "hhsss"],
        ["....h", "....h", "...hh", "..shh", ".ssss"],
    ]

    /// Of the next two.
    private static let eyes = [
        [".skss", ".ssss"],
        [".swks", ".ssss"],
        [".skks", ".swks"],
        [".kkkk", ".skks"],
        [".swws", ".swks"],
    ]

    /// Of the next two.
    private static let mouths = [
        [".ssss", "..srr"],
        [".sssk", "..skk"],
        [".sskk", "..ssk"],
        [".srss", "..srr"],
        [".hhhh", "..hrr"],
    ]

    private static let chin = "...ss"
}
