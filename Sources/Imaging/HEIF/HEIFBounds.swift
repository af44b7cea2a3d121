import Bytes

/// Refuses HEIF files with oversized tables, before a library reads them.
///
/// The libraries look up each entry of one table in another: 60,000 entries, in half a megabyte, take seconds, and a
/// million entries take minutes. Empty boxes take a hundred times their size in the libraries' memory.
struct HEIFBounds {
    /// The most boxes side by side, and the most items, associations, extents and references of a file. The largest
    /// pictures have a few hundred tiles.
    private static let limit = Box.limit

    /// The most boxes of a file, on all levels.
    private static let boxLimit = 10 * limit

    /// The boxes that contain other boxes, and the number of bytes before the first inner box: ISO/IEC 14496-12 §4.2
    /// and §8.11.
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

    /// Checks the boxes of a file and all boxes inside them.
    /// - Throws: `ImageError.corrupt` if a number exceeds its limit.
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

    /// Counts the items of "iinf": ISO/IEC 14496-12 §8.11.6.
    private mutating func countItems(_ table: ByteReader) throws(ImageError) {
        let isShort = table.byte(at: 0) == 0
        items += (isShort ? table.uint16(at: 4) : table.uint32(at: 4)) ?? 0
        guard items <= Self.limit else { throw tooMany("items") }
        if let entries = table.slice(from: isShort ? 6 : 8) { try count(Box.all(in: entries)) }
    }

    /// Counts the extents of "iloc": §8.11.3.
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

    /// Counts the references of "iref": §8.11.12.
    private mutating func countReferences(_ boxes: [Box], isShort: Bool) throws(ImageError) {
        for box in boxes { references += box.body.uint16(at: isShort ? 2 : 4) ?? 0 }
        guard references <= Self.limit else { throw tooMany("references") }
    }

    private func tooMany(_ things: String, _ limit: Int = HEIFBounds.limit) -> ImageError {
        .corrupt(format, reason: "It has more than \(limit) \(things)")
    }
}

/// Refuses HEIF files with derived items other than plain grids: ISO/IEC 23008-12 §6.6.2.
///
/// Items that refer to each other in a circle crash libheif by endless recursion, and an overlay can use one large
/// picture thousands of times. Phones write only grids of coded tiles of one size.
struct DerivedItems {
    private static let derived: Set = ["grid", "iden", "iovl"]
    private static let coded: Set = ["av01", "hvc1"]

    private let format: ImageFormat
    private let meta: [Box]
    /// The four-character type of each item, by item ID.
    private var types: [Int: String] = [:]

    init(_ format: ImageFormat, meta: [Box]) {
        self.format = format
        self.meta = meta
        readTypes()
    }

    /// Checks every derived item.
    /// - Throws: `ImageError.corrupt` for an item that is not a grid, or a grid whose tiles are not coded pictures of
    ///   one size.
    func check() throws(ImageError) {
        let found = types.filter { Self.derived.contains($0.value) }
        guard !found.isEmpty else { return }
        if let other = found.values.filter({ $0 != "grid" }).min() {
            throw .corrupt(format, reason: "It is made of other pictures by \"\(other)\", where only \"grid\" is read")
        }
        let properties = meta.first("iprp").map(Box.all) ?? []
        let container = properties.first("ipco").map(Box.all) ?? []
        let associations = HEIFItem.associations(in: properties)
        for (item, tiles) in references() where found[item] != nil {
            let sizes = tiles.map { tile in
                associations[tile]?.lazy.compactMap { container.indices ~= $0 - 1 ? container[$0 - 1] : nil }
                    .first { $0.type == "ispe" }?.body.all
            }
            guard tiles.allSatisfy({ types[$0].map(Self.coded.contains) == true }) else {
                throw .corrupt(format, reason: "A tile of its grid is no coded picture")
            }
            guard let first = sizes.first, first != nil, sizes.allSatisfy({ $0 == first }) else {
                throw .corrupt(format, reason: "Its tiles are not alike")
            }
        }
    }

    /// The tiles of each derived item, from the "dimg" references: ISO/IEC 14496-12 §8.11.12. An item may occur twice.
    private func references() -> [(item: Int, tiles: [Int])] {
        guard let table = meta.first("iref") else { return [] }
        let size = table.byte(at: 0) == 0 ? 2 : 4
        let boxes = table.slice(from: 4).map(Box.all)?.filter { $0.type == "dimg" } ?? []
        return boxes.compactMap { box in
            guard let item = box.body.itemNumber(of: size, at: 0), let count = box.body.uint16(at: size) else {
                return nil
            }
            return (item, (0..<count).compactMap { box.body.itemNumber(of: size, at: size + 2 + $0 * size) })
        }
    }

    /// Reads the types of all items from "iinf": ISO/IEC 14496-12 §8.11.6.
    private mutating func readTypes() {
        guard let table = meta.first("iinf"), let entries = table.slice(from: table.byte(at: 0) == 0 ? 6 : 8) else {
            return
        }
        for entry in Box.all(in: entries) where entry.type == "infe" {
            let isShort = entry.body.byte(at: 0) == 2
            guard let item = entry.body.itemNumber(of: isShort ? 2 : 4, at: 4),
                let type = entry.body.text(at: isShort ? 8 : 10, length: 4)
            else { continue }
            // If an item has two entries, some libraries use the first and others the last: one derived entry is
            // enough.
            if types[item].map(Self.derived.contains) != true { types[item] = type }
        }
    }
}
