/// A value of an argument or a variable, or a value in a response. Objects keep the order of their members: §7.2.2.
package indirect enum Value: Equatable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case float(Double)
    case string(String)
    case enumeration(String)
    case list([Value])
    case object([Member])

    /// A member of an object.
    package struct Member: Equatable, Sendable {
        package let name: String
        package let value: Value

        package init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }

        init(_ name: String, _ value: Int) {
            self.init(name, .integer(Int64(value)))
        }
    }

    /// The value of the member `name` of an object; nil for all other values.
    package subscript(name: String) -> Value? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text of a string or an ID; nil for all other values.
    package var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }
}

extension Value {
    /// The value as JSON (RFC 8259) in UTF-8.
    package var json: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }

    private func write(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += "null".utf8
        case .boolean(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += "\(value)".utf8
        // JSON has neither infinity nor NaN.
        case .float(let value): bytes += (value.isFinite ? "\(value)" : "null").utf8
        case .string(let text), .enumeration(let text): Self.write(text, to: &bytes)
        case .list(let items):
            Self.write(items, between: ("[", "]"), to: &bytes) { $0.write(to: &$1) }
        case .object(let members):
            Self.write(members, between: ("{", "}"), to: &bytes) { member, bytes in
                Self.write(member.name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.write(to: &bytes)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element],
        between marks: (Unicode.Scalar, Unicode.Scalar),
        to bytes: inout [UInt8],
        each: (Element, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: marks.0))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            each(element, &bytes)
        }
        bytes.append(UInt8(ascii: marks.1))
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case ..<0x20:
                let digits = String(byte, radix: 16)
                bytes += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
