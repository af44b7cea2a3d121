import CGD
import Glibc
import Testing

@testable import Avatars
@testable import Imaging

@Suite struct AvatarPainterTests {
    private static let painter = AvatarPainter()
    private static let names = ["John Smith", "李小龙", "கிருஷ்ணன்", "🚀", ""]

    @Test(arguments: AvatarStyle.allCases, [1, 2, 3, 16, 31, 80, 257])
    func `a picture has exactly the requested side`(_ style: AvatarStyle, _ side: Int) throws {
        let picture = try Self.picture(style, side: side)
        #expect(picture.width == side)
        #expect(picture.pixels.count == side * side)
    }

    @Test(arguments: ImageOutput.formats)
    func `every format has the requested side`(_ format: ImageFormat) throws {
        for style in AvatarStyle.allCases {
            let picture = try Self.painter.picture(
                style,
                initials: Initials(of: "John Smith"),
                seed: AvatarSeed("alice"),
                side: 99,
                format: format,
                encoding: ImageEncoding()
            )
            let header = try ImageHeader.read(picture.bytes)
            #expect(header.format == format)
            #expect([header.width, header.height, picture.side] == [99, 99, 99])
        }
    }

    @Test(arguments: AvatarStyle.allCases, ImageOutput.formats)
    func `the largest side is drawn in little time`(_ style: AvatarStyle, _ format: ImageFormat) throws {
        for name in style == .initials ? ["W M", "李", "🚀", "﷽", "", "ক্ষ্ম্র", "A\u{302}\u{323} W\u{302}\u{323}"] : [""] {
            let start = Self.processorTime()
            let picture = try Self.painter.picture(
                style,
                initials: Initials(of: name),
                seed: AvatarSeed("alice"),
                side: 2047,
                format: format,
                encoding: ImageEncoding(isProgressive: true)
            )
            // The goal is 0.15 s on an idle machine.
            #expect(Self.processorTime() - start < 0.6)
            let header = try ImageHeader.read(picture.bytes)
            #expect([header.width, header.height, picture.side] == [2047, 2047, 2047])
            #expect(picture.bytes.count < 1_000_000)
        }
    }

    private static func processorTime() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test(arguments: ["﷽", "𒐫", "ﷺ", "ⅧⅧ", "W M", "I"], [16, 512, 2048])
    func `letters are never drawn much larger than they are shown`(_ name: String, _ side: Int) throws {
        let drawing = try Self.painter.drawing(
            .initials,
            initials: Initials(of: name),
            seed: AvatarSeed("alice"),
            side: side
        )
        let lettering = try #require((drawing as? InitialsDisc)?.lettering)
        #expect(lettering.side < max(side, 512))
    }

    @Test(arguments: [1, 2, 3, 64, 65, 999])
    func `a row of a disc has the same coverage as its pixels`(_ side: Int) {
        let discs = [Disc.whole, Disc(x: 0.5, y: 0.985, radius: 0.36), Disc(x: 0.3, y: 0.385, radius: 0.185)]
        for disc in discs {
            for y in stride(from: 0, to: side, by: max(1, side / 64)) {
                let pixels = (0..<side).map { UInt8((disc.coverage(x: $0, y: y, side: side) * 255).rounded()) }
                #expect(disc.coverage(row: y, side: side) == pixels)
            }
        }
    }

    @Test func `the largest side is drawn`() throws {
        let picture = try Self.painter.picture(
            .initials,
            initials: Initials(of: "W M"),
            seed: AvatarSeed("alice"),
            side: 2048,
            format: .jpeg,
            encoding: ImageEncoding()
        )
        #expect(try ImageHeader.read(picture.bytes).width == 2048)
    }

    @Test(arguments: names, [32, 33, 512])
    func `a disc touches the edges and leaves the corners free`(_ name: String, _ side: Int) throws {
        let picture = try Self.picture(.initials, name: name, side: side)
        let (middle, last) = (side / 2, side - 1)
        for (x, y) in [(0, middle), (last, middle), (middle, 0), (middle, last)] {
            #expect(picture[x, y].w > 200)
        }
        for (x, y) in [(0, 0), (last, 0), (0, last), (last, last)] {
            #expect(picture[x, y].w == 0)
        }
    }

    @Test(arguments: names)
    func `letters are white and in the middle`(_ name: String) throws {
        var seed = AvatarSeed("alice")
        let ground = Pixel(seed.nextColour())
        let picture = try Self.picture(.initials, name: name, side: 256)
        let letters = picture.pixels.map { $0.w == 255 && $0 != ground }
        let columns = letters.indices.filter { letters[$0] }.map { $0 % 256 }
        let (left, right) = (try #require(columns.min()), try #require(columns.max()))
        #expect(abs(left - (255 - right)) < 16)
        if name != "🚀" { #expect(picture.pixels.contains(.white)) }
    }

    @Test(arguments: [
        "1️⃣ First", "1️⃣", "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "🇽🇽", "🇦", "🚀🏽", "❤️‍🚀", "😀\u{301}", "\u{200D}", "\u{FE0F}", "\u{2800}", "\u{3164}",
        "\u{10FFFD}", "�", "…!", "W\u{302} W\u{302}", "ﷺ", "﷽", "𒐫", "J\u{301}\u{301} Q\u{323}", "ক্ষ্ম", "ស្ត្រី", "མྒོྂ", "မြို့",
        "ཧཱུྃ",
        "\u{1112}\u{1161}\u{11AB}", "\u{1100}\u{1100}\u{1161}", "\u{200F}محمد", "\u{202E}שרה", "กี๊", "ݣ", "فاطمة", "ߒߞߏ",
        "አበበ",
        "A\u{315}\u{31B}\u{321}\u{358} B", "Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306} y",
    ])
    func `any name is drawn inside the disc and leaves its edge free`(_ name: String) throws {
        let side = 96
        var seed = AvatarSeed("alice")
        let ground = Pixel(seed.nextColour())
        let lettering = try Self.painter.drawing(
            .initials,
            initials: Initials(of: name),
            seed: AvatarSeed("alice"),
            side: side
        )
        let picture = Picture(try lettering.image(side: side))
        #expect(picture.pixels.count { $0.w == 255 && $0 != ground } > side)
        guard lettering is InitialsDisc else { return }
        for y in 0..<side {
            for x in 0..<side where Disc(x: 0.5, y: 0.5, radius: 0.37).coverage(x: x, y: y, side: side) == 0 {
                #expect(picture[x, y].w == 0 || picture[x, y].isClose(to: ground.withAlpha(picture[x, y].w)))
            }
        }
    }

    @Test(arguments: [
        "\u{200D}", "\u{FE0F}", "\u{20E3}", "\u{2800}", "\u{3164}", "\u{10FFFD}", "�", "…!", "🦰", "\u{93F}",
    ])
    func `a name that cannot be drawn is a silhouette`(_ name: String) throws {
        let drawing = try Self.painter.drawing(
            .initials,
            initials: Initials(of: name),
            seed: AvatarSeed("alice"),
            side: 32
        )
        #expect(drawing is Silhouette)
    }

    @Test(arguments: [16, 32, 64, 2048])
    func `letters have the same relative size at every side`(_ side: Int) throws {
        func share(_ side: Int) throws -> Double {
            let picture = try Self.picture(.initials, side: side)
            let light = picture.pixels.reduce(0) {
                $0 + ($1.w == 255 ? Double($1.x) - Double(picture[side / 2, 1].x) : 0)
            }
            return light / Double(side * side)
        }
        #expect(try abs(share(side) / share(256) - 1) < 0.15)
    }

    @Test func `a picture without alpha shows the background in the corners`() throws {
        let encoding = ImageEncoding(background: RGBColour(red: 0, green: 200, blue: 0))
        let picture = try Self.painter.picture(
            .initials,
            initials: Initials(of: "A"),
            seed: AvatarSeed("alice"),
            side: 256,
            format: .jpeg,
            encoding: encoding
        )
        #expect(try Self.corner(ofJPEG: picture.bytes).isClose(to: Pixel(0, 200, 0, 255)))
    }

    @Test(arguments: AvatarStyle.allCases)
    func `the same user always looks the same`(_ style: AvatarStyle) throws {
        #expect(try Self.picture(style, side: 40) == Self.picture(style, side: 40))
    }

    @Test(arguments: [AvatarStyle.initials, .identicon, .retro, .color])
    func `users look different`(_ style: AvatarStyle) throws {
        let pictures = try (0..<20).map { try Self.picture(style, user: "user-\($0)", side: 24).pixels }
        #expect(Set(pictures).count > 8)
    }

    @Test func `a blank picture is transparent, and the mystery person the same for all`() throws {
        #expect(try Self.picture(.blank, side: 8).pixels.allSatisfy { $0.w == 0 })
        #expect(
            try Self.picture(.mysteryPerson, user: "a", side: 80) == Self.picture(.mysteryPerson, user: "b", side: 80)
        )
    }

    @Test(arguments: [AvatarStyle.identicon, .retro, .mysteryPerson], [31, 80])
    func `left and right mirror each other`(_ style: AvatarStyle, _ side: Int) throws {
        let picture = try Self.picture(style, side: side)
        for y in 0..<side {
            #expect((0..<side).allSatisfy { picture[$0, y] == picture[side - 1 - $0, y] })
        }
    }

    @Test func `a picture waits for memory that other pictures use`() throws {
        let memory = MemoryBudget(bytes: 1 << 20, patience: .zero)
        let painter = AvatarPainter(memory: memory)
        #expect(throws: ImageError.self) {
            try painter.picture(
                .color,
                initials: Initials(of: ""),
                seed: AvatarSeed("alice"),
                side: 2048,
                format: .png,
                encoding: ImageEncoding()
            )
        }
    }

    private static func corner(ofJPEG bytes: [UInt8]) throws -> Pixel {
        var bytes = bytes
        guard let image = unsafe gdImageCreateFromJpegPtr(Int32(bytes.count), &bytes) else {
            throw ImageError.corrupt(.jpeg, reason: "")
        }
        defer { unsafe gdImageDestroy(image) }
        let colour = unsafe gdImageGetTrueColorPixel(image, 0, 0)
        return Pixel(UInt8(colour >> 16 & 255), UInt8(colour >> 8 & 255), UInt8(colour & 255), 255)
    }

    private static func picture(
        _ style: AvatarStyle,
        name: String = "John Smith",
        user: String = "alice",
        side: Int
    ) throws -> Picture {
        let drawing = try painter.drawing(style, initials: Initials(of: name), seed: AvatarSeed(user), side: side)
        return Picture(try drawing.image(side: side))
    }

    @Test(arguments: [
        ("mp", AvatarStyle.mysteryPerson), ("mm", .mysteryPerson), ("identicon", .identicon), ("monsterid", .identicon),
        ("wavatar", .identicon), ("robohash", .identicon), ("retro", .retro), ("blank", .blank),
        ("initials", .initials),
        ("color", .color), ("404", nil), ("", nil),
    ])
    func `styles have Gravatar's names`(_ name: String, _ style: AvatarStyle?) {
        #expect(AvatarStyle(name: name) == style)
    }

    @Test func `the numbers of a seed never change`() {
        var seed = AvatarSeed("alice")
        #expect((0..<8).map { _ in seed.next(below: 100) } == [10, 20, 11, 44, 29, 28, 11, 56])
    }

    @Test func `users with similar names get all colours`() {
        var counts = [Int](repeating: 0, count: Palette.colours.count)
        for user in 0..<1600 {
            var seed = AvatarSeed("user-\(user)")
            counts[seed.next(below: counts.count)] += 1
        }
        #expect(counts.allSatisfy { 50...160 ~= $0 })
    }
}

/// A copy of a drawn picture.
private struct Picture: Equatable {
    let width: Int
    let pixels: [Pixel]

    init(_ image: borrowing GDImage) {
        width = image.width
        pixels = (0..<image.height).flatMap { image.pixels(ofRow: $0) }
    }

    subscript(x: Int, y: Int) -> Pixel { pixels[y * width + x] }
}

extension Pixel {
    fileprivate func withAlpha(_ alpha: UInt8) -> Pixel { Pixel(x, y, z, alpha) }

    fileprivate func isClose(to other: Pixel) -> Bool {
        indices.allSatisfy { abs(Int(self[$0]) - Int(other[$0])) < 8 }
    }
}
