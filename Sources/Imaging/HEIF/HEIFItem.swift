/// A picture in a HEIF file, as its properties describe it: ISO/IEC 23008-12 §6.5.
struct HEIFItem {
    let width: Int
    let height: Int

    /// The part of the stored pixels that is shown.
    private(set) var visible: PixelRect

    /// How the visible part must be turned to stand upright. EXIF does not count here: §A.2.1.
    private(set) var orientation = ExifOrientation.up

    /// Whether the file says the width where it means the height, as libheif up to 1.15 does for what is turned.
    private(set) var isSwapped = false

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        visible = PixelRect(x: 0, y: 0, width: width, height: height)
    }

    /// The item of a file whose "meta" has these boxes; nothing where its properties do not tell its size.
    init?(_ item: Int, meta: [Box], file: ByteReader) {
        let own = Self.properties(of: item, meta: meta)
        guard let size = own.first("ispe"), let width = size.uint32(at: 4), let height = size.uint32(at: 8) else {
            return nil
        }
        let coded = width == height ? nil : CodedSize(item, own: own, meta: meta, file: file)
        let isSwapped = coded.map { ($0.width, $0.height) == (height, width) } ?? false
        self.init(width: isSwapped ? height : width, height: isSwapped ? width : height)
        self.isSwapped = isSwapped
        // The order of the associations is the order in which they apply, §6.5.1; ISO/IEC 23000-22 §7.3.6.7 demands
        // the order clap, irot, imir. The size is not one of these steps, wherever it stands.
        for property in own { apply(property) }
    }

    /// The offsets in the file of the sizes to swap: those of the primary item and of its auxiliary images.
    static func swappedSizes(meta: [Box], file: ByteReader) -> Set<Int> {
        guard let primary = ImageHeader.primary(in: meta), HEIFItem(primary, meta: meta, file: file)?.isSwapped == true
        else { return [] }
        let auxiliary = meta.first("iref").map { auxiliaries(of: primary, references: $0) } ?? []
        let items = ([primary] + auxiliary).filter { HEIFItem($0, meta: meta, file: file)?.isSwapped == true }
        return Set(items.compactMap { properties(of: $0, meta: meta).first("ispe").map { $0.start + 4 } })
    }

    /// The items that are alpha, or a map of depths, of `item`: §6.4.5.
    private static func auxiliaries(of item: Int, references: ByteReader) -> [Int] {
        let size = references.byte(at: 0) == 0 ? 2 : 4
        func identifier(_ place: Int, of box: ByteReader) -> Int? {
            size == 2 ? box.uint16(at: place) : box.uint32(at: place)
        }
        let boxes = references.slice(from: 4).map(Box.all)?.filter { $0.type == "auxl" } ?? []
        // One of alpha, and perhaps a few maps; each is looked up in all tables.
        let own = boxes.filter { identifier(size + 2, of: $0.body) == item }.prefix(10)
        return own.compactMap { identifier(0, of: $0.body) }
    }

    /// The properties of `item`, in the order in which they apply.
    static func properties(of item: Int, meta: [Box]) -> [Box] {
        let properties = meta.first("iprp").map(Box.all) ?? []
        let all = properties.first("ipco").map(Box.all) ?? []
        return associations(in: properties)[item, default: []].compactMap { all.indices ~= $0 - 1 ? all[$0 - 1] : nil }
    }

    private mutating func apply(_ property: Box) {
        switch property.type {
        case "clap":
            visible = CleanAperture(property.body).map(cut) ?? visible
        case "irot":
            for _ in 0..<((property.body.byte(at: 0) ?? 0) & 3) { orientation = orientation.turnedLeft }
        case "imir":
            orientation = orientation.mirrored
            // §6.5.12: 1 exchanges left and right, 0 top and bottom.
            let exchangesRows = (property.body.byte(at: 0) ?? 1) & 1 == 0
            if exchangesRows { orientation = orientation.turnedLeft.turnedLeft }
        default: break
        }
    }

    private func cut(by aperture: CleanAperture) -> PixelRect {
        let (width, height) = orientation.swapsAxes ? (visible.height, visible.width) : (visible.width, visible.height)
        guard let rect = aperture.rect(width: width, height: height) else { return visible }
        let stored = orientation.stored(rect, width: visible.width, height: visible.height)
        return stored.moved(x: visible.x, y: visible.y)
    }

    /// The numbers, from 1, of the properties of each item, in the order in which they apply: §9.3.
    static func associations(in properties: [Box]) -> [Int: [Int]] {
        var result: [Int: [Int]] = [:]
        for table in properties where table.type == "ipma" {
            // Readers take the first entry of an item in a table.
            result.merge(associations(in: table.body)) { $0 + $1 }
        }
        return result
    }

    private static func associations(in table: ByteReader) -> [Int: [Int]] {
        guard let version = table.byte(at: 0), let flags = table.byte(at: 3), let entries = table.uint32(at: 4) else {
            return [:]
        }
        let (itemSize, size) = (version == 0 ? 2 : 4, flags & 1 == 0 ? 1 : 2)
        var result: [Int: [Int]] = [:]
        var offset = 8
        for _ in 0..<entries {
            guard let item = table.itemNumber(of: itemSize, at: offset),
                let count = table.byte(at: offset + itemSize)
            else { break }
            offset += itemSize + 1
            let numbers = (0..<count).compactMap {
                // The uppermost bit tells whether a reader must understand the property.
                size == 1
                    ? table.byte(at: offset + $0).map { $0 & 0x7F }
                    : table.uint16(at: offset + 2 * $0).map { $0 & 0x7FFF }
            }
            if result[item] == nil { result[item] = numbers }
            offset += count * size
        }
        return result
    }
}
