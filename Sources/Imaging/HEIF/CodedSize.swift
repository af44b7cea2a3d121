import Bytes

/// The size of a picture in its coded data, before any rotation.
///
/// The property "ispe" should have the same size. But libheif up to 1.15 writes the size after the rotation there, and
/// readers that trust it swap the width and the height.
struct CodedSize: Equatable {
    let width: Int
    let height: Int

    /// Nil if neither the properties nor the data of the item have the size.
    init?(_ item: Int, own properties: [Box], meta: [Box], file: ByteReader) {
        if let configuration = properties.first("hvcC") {
            self.init(hevc: configuration)
        } else if let configuration = properties.first("av1C") {
            // The sequence header may be in both the configuration and the data, or only in the data: AV1-ISOBMFF §2.3.
            let units = configuration.slice(from: 4).flatMap { CodedSize(av1: $0) }
            guard let size = units ?? file.itemData(item, meta: meta).flatMap({ CodedSize(av1: $0) }) else {
                return nil
            }
            self = size
        } else {
            guard TileGrid.isGrid(item, meta: meta), let grid = file.itemData(item, meta: meta) else { return nil }
            self.init(grid: grid)
        }
    }

    private init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Reads the data of a grid: version, flags, rows − 1, columns − 1, width and height: ISO/IEC 23008-12 §6.6.2.3.
    private init?(grid: ByteReader) {
        guard grid.byte(at: 0) == 0, let flags = grid.byte(at: 1) else { return nil }
        let isShort = flags & 1 == 0
        guard let width = isShort ? grid.uint16(at: 4) : grid.uint32(at: 4),
            let height = isShort ? grid.uint16(at: 6) : grid.uint32(at: 8)
        else { return nil }
        self.init(width: width, height: height)
    }

    /// Finds the sequence header among the first ten units: AV1 §5.3.
    private init?(av1 units: ByteReader) {
        let (sequenceHeader, hasExtension, hasSize) = (1, 4, 2)
        var offset = 0
        for _ in 0..<10 {
            guard let header = units.byte(at: offset) else { return nil }
            offset += header & hasExtension == 0 ? 1 : 2
            var length = units.count - offset
            if header & hasSize != 0 {
                guard let (value, end) = Self.leb128(units, at: offset) else { return nil }
                (length, offset) = (value, end)
            }
            guard let unit = units.slice(from: offset, length: length) else { return nil }
            if header >> 3 & 15 == sequenceHeader {
                self.init(sequenceHeader: unit)
                return
            }
            offset += length
        }
        return nil
    }

    /// Reads leb128(): AV1 §4.10.5. Five bytes are enough for every length in a file.
    private static func leb128(_ units: ByteReader, at offset: Int) -> (value: Int, end: Int)? {
        var value = 0
        for index in 0..<5 {
            guard let byte = units.byte(at: offset + index) else { return nil }
            value |= (byte & 0x7F) << (7 * index)
            if byte < 0x80 { return (value, offset + index + 1) }
        }
        return nil
    }

    /// Reads a sequence header up to the size: AV1 §5.5.1.
    private init?(sequenceHeader unit: ByteReader) {
        // No ordinary sequence header is longer; the fields before the size take less.
        var bits = BitReader(unit.slice(from: 0, length: min(unit.count, 1024))?.all ?? [])
        guard bits.skip(4), let isReduced = bits.flag() else { return nil }
        guard isReduced ? bits.skip(5) : Self.skipOperatingPoints(&bits) else { return nil }
        guard let widthBits = bits.bits(4), let heightBits = bits.bits(4), let width = bits.bits(widthBits + 1),
            let height = bits.bits(heightBits + 1)
        else { return nil }
        self.init(width: width + 1, height: height + 1)
    }

    private static func skipOperatingPoints(_ bits: inout BitReader) -> Bool {
        guard let hasTiming = bits.flag() else { return false }
        var delayBits: Int?
        if hasTiming {
            guard bits.skip(64), let isEqual = bits.flag(), !isEqual || bits.exponentialGolomb() != nil,
                let hasModel = bits.flag()
            else { return false }
            if hasModel {
                guard let length = bits.bits(5), bits.skip(32 + 5 + 5) else { return false }
                delayBits = length + 1
            }
        }
        guard let hasDisplayDelay = bits.flag(), let count = bits.bits(5) else { return false }
        for _ in 0...count {
            guard bits.skip(12), let level = bits.bits(5), level <= 7 || bits.skip(1) else { return false }
            if let delayBits {
                guard let hasDelays = bits.flag(), !hasDelays || bits.skip(2 * delayBits + 1) else { return false }
            }
            if hasDisplayDelay {
                guard let hasOwn = bits.flag(), !hasOwn || bits.skip(4) else { return false }
            }
        }
        return true
    }

    /// Finds the sequence parameter set: ISO/IEC 14496-15 §8.3.3.1.
    private init?(hevc configuration: ByteReader) {
        let sequenceParameters = 33
        guard let arrays = configuration.byte(at: 22) else { return nil }
        var offset = 23
        for _ in 0..<arrays {
            guard let type = configuration.byte(at: offset), let count = configuration.uint16(at: offset + 1) else {
                return nil
            }
            offset += 3
            for _ in 0..<count {
                guard let length = configuration.uint16(at: offset),
                    let unit = configuration.slice(from: offset + 2, length: length)
                else { return nil }
                if type & 0x3F == sequenceParameters {
                    self.init(sequenceParameters: unit)
                    return
                }
                offset += 2 + length
            }
        }
        return nil
    }

    /// Reads a sequence parameter set up to the conformance window, which crops the coded blocks: ITU-T H.265
    /// §7.3.2.2.1.
    private init?(sequenceParameters unit: ByteReader) {
        var bits = BitReader(Self.withoutEmulationPrevention(unit))
        guard bits.skip(16 + 4), let layers = bits.bits(3), bits.skip(1 + 96), Self.skipLevels(layers, &bits),
            bits.exponentialGolomb() != nil, let chroma = bits.exponentialGolomb(), chroma != 3 || bits.skip(1),
            let width = bits.exponentialGolomb(), let height = bits.exponentialGolomb(), let hasWindow = bits.flag()
        else { return nil }
        guard hasWindow else {
            self.init(width: width, height: height)
            return
        }
        guard let left = bits.exponentialGolomb(), let right = bits.exponentialGolomb(),
            let top = bits.exponentialGolomb(), let bottom = bits.exponentialGolomb()
        else { return nil }
        self.init(
            width: width - (left + right) * (1...2 ~= chroma ? 2 : 1),
            height: height - (top + bottom) * (chroma == 1 ? 2 : 1)
        )
    }

    /// Skips the profiles and levels of the layers after the first: §7.3.3.
    private static func skipLevels(_ layers: Int, _ bits: inout BitReader) -> Bool {
        guard layers > 0 else { return true }
        var length = 0
        for _ in 0..<layers {
            guard let hasProfile = bits.flag(), let hasLevel = bits.flag() else { return false }
            length += (hasProfile ? 88 : 0) + (hasLevel ? 8 : 0)
        }
        return bits.skip(2 * (8 - layers) + length)
    }

    /// Removes the emulation prevention bytes: each 3 after two zeros, which prevents a false start code: §7.4.2.
    private static func withoutEmulationPrevention(_ unit: ByteReader) -> [UInt8] {
        var result: [UInt8] = []
        var zeros = 0
        for byte in unit.all {
            if zeros >= 2, byte == 3 {
                zeros = 0
                continue
            }
            zeros = byte == 0 ? zeros + 1 : 0
            result.append(byte)
        }
        return result
    }
}

/// Reads numbers bit by bit from untrusted bytes; nil after the end.
struct BitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next `count` bits, at most 32, as a number.
    mutating func bits(_ count: Int) -> Int? {
        guard position + count <= bytes.count * 8 else { return nil }
        var value = 0
        for _ in 0..<count {
            value = value << 1 | Int(bytes[position / 8] >> UInt8(7 - position % 8) & 1)
            position += 1
        }
        return value
    }

    mutating func flag() -> Bool? { bits(1).map { $0 == 1 } }

    /// Skips `count` bits; false if fewer are left.
    mutating func skip(_ count: Int) -> Bool {
        position += count
        return position <= bytes.count * 8
    }

    /// An Exp-Golomb number: ue(v) of ITU-T H.265 §9.2, uvlc() of AV1 §4.10.3.
    mutating func exponentialGolomb() -> Int? {
        var zeros = 0
        while let isOne = flag(), !isOne {
            zeros += 1
            guard zeros < 32 else { return nil }
        }
        return bits(zeros).map { $0 + 1 << zeros - 1 }
    }
}
