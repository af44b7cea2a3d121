/// Refuses HEIF files whose items are made of other items in any way but a plain grid: ISO/IEC 23008-12 §6.6.2.
///
/// Items that refer to each other in a circle end libheif by recursion, and an overlay may name one large picture
/// thousands of times. Phones write grids of coded tiles, all of one size, and nothing else.
struct DerivedItems {
    private static let derived: Set = ["grid", "iden", "iovl"]
    private static let coded: Set = ["av01", "hvc1"]

    private let format: ImageFormat
    private let meta: [Box]
    /// The four letters of each item's type, by its number.
    private var types: [Int: String] = [:]

    init(_ format: ImageFormat, meta: [Box]) {
        self.format = format
        self.meta = meta
        readTypes()
    }

    /// - Throws: `ImageError.corrupt`.
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

    /// What each item is derived from, ISO/IEC 14496-12 §8.11.12; an item may stand there twice.
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

    /// ISO/IEC 14496-12 §8.11.6
    private mutating func readTypes() {
        guard let table = meta.first("iinf"), let entries = table.slice(from: table.byte(at: 0) == 0 ? 6 : 8) else {
            return
        }
        for entry in Box.all(in: entries) where entry.type == "infe" {
            let isShort = entry.body.byte(at: 0) == 2
            guard let item = entry.body.itemNumber(of: isShort ? 2 : 4, at: 4),
                let type = entry.body.text(at: isShort ? 8 : 10, length: 4)
            else { continue }
            // Of two entries for one item, libraries take the first or the last: what is derived in either is derived.
            if types[item].map(Self.derived.contains) != true { types[item] = type }
        }
    }
}
