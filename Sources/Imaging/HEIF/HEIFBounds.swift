/// Refuses HEIF files with tables that no file in good faith has, before any library sees them.
///
/// The libraries look up each entry of one table in another: 60,000 of them, in half a megabyte, take seconds, and a
/// million minutes. Of empty boxes they make a hundred times as many bytes.
struct HEIFBounds {
    /// The most boxes beside one another, items, extents and references. Pictures of the largest size have a few hundred tiles.
    private static let limit = Box.limit

    /// The most boxes in all boxes together.
    private static let boxLimit = 10 * limit

    /// The boxes that hold others, and how many bytes come first there: ISO/IEC 14496-12 §4.2 and §8.11.
    private static let containers = [
        "meta": 4, "iprp": 0, "ipco": 0, "iref": 4, "grpl": 0, "dinf": 0, "moov": 0, "trak": 0, "mdia": 0, "minf": 0,
        "stbl": 0, "edts": 0, "tref": 0,
    ]

    private let format: ImageFormat
    private var boxes = 0
    private var items = 0
    private var associations = 0
    private var extents = 0
    private var references = 0

    init(_ format: ImageFormat) { self.format = format }

    /// Looks at the boxes of a file, and at all that is in them.
    func check(_ boxes: [Box]) throws(ImageError) {
        var bounds = self
        try bounds.count(boxes)
    }

    private mutating func count(_ found: [Box]) throws(ImageError) {
        boxes += found.count
        guard found.count <= Self.limit else { throw tooMany("boxes") }
        guard boxes <= Self.boxLimit else { throw tooMany("boxes", Self.boxLimit) }
        for box in found {
            switch box.type {
            case "iinf": try countItems(box.body)
            case "iloc": try countExtents(box.body)
            case "ipma":
                associations += box.body.uint32(at: 4) ?? 0
                guard associations <= Self.limit else { throw tooMany("associations of properties") }
            default: break
            }
            guard let start = Self.containers[box.type], let inner = box.body.slice(from: start) else { continue }
            let children = Box.all(in: inner)
            try count(children)
            if box.type == "iref" { try countReferences(children, isShort: box.body.byte(at: 0) == 0) }
        }
    }

    /// ISO/IEC 14496-12 §8.11.6
    private mutating func countItems(_ table: ByteReader) throws(ImageError) {
        let isShort = table.byte(at: 0) == 0
        items += (isShort ? table.uint16(at: 4) : table.uint32(at: 4)) ?? 0
        guard items <= Self.limit else { throw tooMany("items") }
        if let entries = table.slice(from: isShort ? 6 : 8) { try count(Box.all(in: entries)) }
    }

    /// §8.11.3
    private mutating func countExtents(_ table: ByteReader) throws(ImageError) {
        guard let version = table.byte(at: 0), let sizes = table.uint16(at: 4) else { return }
        let (offsetSize, lengthSize, baseSize) = (sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15)
        let indexSize = version == 0 ? 0 : sizes & 15
        let identifierSize = version < 2 ? 2 : 4
        guard let count = table.itemNumber(of: identifierSize, at: 6) else { return }
        guard count <= Self.limit else { throw tooMany("items") }
        var place = 6 + identifierSize
        for _ in 0..<count {
            place += identifierSize + (version == 0 ? 2 : 4) + baseSize
            guard let own = table.uint16(at: place) else { return }
            extents += own
            guard extents <= Self.limit else { throw tooMany("extents") }
            place += 2 + own * (indexSize + offsetSize + lengthSize)
        }
    }

    /// §8.11.12
    private mutating func countReferences(_ boxes: [Box], isShort: Bool) throws(ImageError) {
        for box in boxes { references += box.body.uint16(at: isShort ? 2 : 4) ?? 0 }
        guard references <= Self.limit else { throw tooMany("references") }
    }

    private func tooMany(_ things: String, _ limit: Int = HEIFBounds.limit) -> ImageError {
        .corrupt(format, reason: "It has more than \(limit) \(things)")
    }
}
