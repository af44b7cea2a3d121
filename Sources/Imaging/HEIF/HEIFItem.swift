import Bytes

/// A picture in a HEIF file, according to its properties: ISO/IEC 23008-12 §6.5.
struct HEIFItem {
    let width: Int
    let height: Int

    /// The part of the stored pixels that is shown.
    private(set) var visible: PixelRect

    /// The orientation of the visible part. The EXIF orientation is ignored: §A.2.1.
    private(set) var orientation = ExifOrientation.up

    /// Whether the file swaps the width and the height, as libheif up to 1.15 does for rotated pictures.
    private(set) var isSwapped = false

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        visible = PixelRect(x: 0, y: 0, width: width, height: height)
    }

    /// Reads an item from the boxes of "meta"; nil if its properties have no size.
    init?(_ item: Int, meta: [Box], file: ByteReader) {
        let own = Self.properties(of: item, meta: meta)
        guard let size = own.first("ispe"), let width = size.uint32(at: 4), let height = size.uint32(at: 8) else {
            return nil
        }
        let coded = width == height ? nil : CodedSize(item, own: own, meta: meta, file: file)
        let isSwapped = coded.map { ($0.width, $0.height) == (height, width) } ?? false
        self.init(width: isSwapped ? height : width, height: isSwapped ? width : height)
        self.isSwapped = isSwapped
        // Properties apply in the order of their associations, §6.5.1; ISO/IEC 23000-22 §7.3.6.7 requires the order
        // clap, irot, imir. The position of the size does not matter.
        for property in own { apply(property) }
    }

    /// The offsets in the file of the swapped sizes: of the primary item and of its auxiliary images.
    static func swappedSizes(meta: [Box], file: ByteReader) -> Set<Int> {
        guard let primary = ImageHeader.primary(in: meta), HEIFItem(primary, meta: meta, file: file)?.isSwapped == true
        else { return [] }
        let auxiliary = meta.first("iref").map { auxiliaries(of: primary, references: $0) } ?? []
        let items = ([primary] + auxiliary).filter { HEIFItem($0, meta: meta, file: file)?.isSwapped == true }
        return Set(items.compactMap { properties(of: $0, meta: meta).first("ispe").map { $0.start + 4 } })
    }

    /// The auxiliary items of `item`, such as alpha or a depth map: §6.4.5.
    private static func auxiliaries(of item: Int, references: ByteReader) -> [Int] {
        let size = references.byte(at: 0) == 0 ? 2 : 4
        func identifier(_ place: Int, of box: ByteReader) -> Int? {
            size == 2 ? box.uint16(at: place) : box.uint32(at: place)
        }
        let boxes = references.slice(from: 4).map(Box.all)?.filter { $0.type == "auxl" } ?? []
        // An item has one alpha and a few maps; the limit bounds the look-ups in all tables.
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
            // §6.5.12: 1 exchanges left and right, 0 exchanges top and bottom.
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

    /// The property indices of each item, from 1, in the order in which they apply: §9.3.
    static func associations(in properties: [Box]) -> [Int: [Int]] {
        var result: [Int: [Int]] = [:]
        for table in properties where table.type == "ipma" {
            // All tables count; within one table, readers use the first entry of an item.
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
                // The highest bit marks a property that readers must understand.
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

/// The visible part of a picture, property "clap", in fractions: ISO/IEC 14496-12 §12.1.4.
struct CleanAperture {
    private let width: Double
    private let height: Double
    /// The offset from the centre of the picture to the centre of the part.
    private let offset: (x: Double, y: Double)

    init?(_ property: ByteReader) {
        guard let width = Self.fraction(at: 0, in: property), let height = Self.fraction(at: 8, in: property),
            let x = Self.fraction(at: 16, in: property), let y = Self.fraction(at: 24, in: property)
        else { return nil }
        self.width = width
        self.height = height
        offset = (x, y)
    }

    /// The part in whole pixels; nil if it does not lie inside the picture. The whole picture is then shown, as in
    /// browsers.
    func rect(width pictureWidth: Int, height pictureHeight: Int) -> PixelRect? {
        let rect = PixelRect(
            x: Int((offset.x + (Double(pictureWidth) - width) / 2).rounded()),
            y: Int((offset.y + (Double(pictureHeight) - height) / 2).rounded()),
            width: Int(width.rounded()),
            height: Int(height.rounded())
        )
        return rect.isInside(width: pictureWidth, height: pictureHeight) ? rect : nil
    }

    private static func fraction(at offset: Int, in property: ByteReader) -> Double? {
        guard let numerator = property.uint32(at: offset), let denominator = property.uint32(at: offset + 4),
            denominator > 0
        else { return nil }
        // The numbers are signed: offsets to the left and to the top are negative.
        return Double(Int32(truncatingIfNeeded: numerator)) / Double(denominator)
    }
}
