internal import Glibc

/// Reads numbers and text from untrusted bytes with bounds checks: nil for every offset outside the bytes.
package struct ByteReader: Sendable {
    package enum Order: Sendable { case big, little }

    private let bytes: ArraySlice<UInt8>
    package var order = Order.big

    package init(_ bytes: [UInt8], order: Order = .big) {
        self.bytes = bytes[...]
        self.order = order
    }

    private init(_ bytes: ArraySlice<UInt8>, order: Order) {
        self.bytes = bytes
        self.order = order
    }

    package var count: Int { bytes.count }

    /// The offset of the first byte in the bytes that this part was cut from.
    package var start: Int { bytes.startIndex }

    package var all: [UInt8] { Array(bytes) }

    package func byte(at offset: Int) -> Int? {
        guard offset >= 0, offset < bytes.count else { return nil }
        return Int(bytes[bytes.startIndex + offset])
    }

    package func uint16(at offset: Int) -> Int? { number(of: 2, at: offset) }
    package func uint24(at offset: Int) -> Int? { number(of: 3, at: offset) }
    package func uint32(at offset: Int) -> Int? { number(of: 4, at: offset) }

    private func number(of size: Int, at offset: Int) -> Int? {
        guard offset >= 0, offset <= bytes.count - size else { return nil }
        let start = bytes.startIndex + offset
        let digits = bytes[start..<start + size]
        return order == .big
            ? digits.reduce(0) { $0 << 8 | Int($1) }
            : digits.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// Text in Latin-1, one character per byte.
    package func text(at offset: Int, length: Int) -> String? {
        guard let part = slice(from: offset, length: length) else { return nil }
        return String(String.UnicodeScalarView(part.bytes.map { Unicode.Scalar($0) }))
    }

    package func starts(with text: String, at offset: Int) -> Bool {
        starts(with: text.utf8, at: offset)
    }

    package func starts(with pattern: some Collection<UInt8>, at offset: Int) -> Bool {
        guard offset >= 0, offset <= bytes.count - pattern.count else { return false }
        return bytes.dropFirst(offset).starts(with: pattern)
    }

    package func contains(_ text: String) -> Bool {
        (0..<bytes.count).contains { starts(with: text, at: $0) }
    }

    /// The first offset of `byte` from `offset` on.
    package func place(of byte: UInt8, from offset: Int) -> Int? {
        guard offset >= 0, offset < bytes.count else { return nil }
        return unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress,
                let found = unsafe memchr(start + offset, Int32(byte), bytes.count - offset)
            else { return nil }
            return unsafe found - UnsafeMutableRawPointer(mutating: start)
        }
    }

    /// The part from `offset`, `length` bytes or to the end; its offsets start at 0.
    package func slice(from offset: Int, length: Int? = nil) -> ByteReader? {
        guard offset >= 0, offset <= bytes.count else { return nil }
        let length = length ?? bytes.count - offset
        guard length >= 0, length <= bytes.count - offset else { return nil }
        let start = bytes.startIndex + offset
        return ByteReader(bytes[start..<start + length], order: order)
    }
}
