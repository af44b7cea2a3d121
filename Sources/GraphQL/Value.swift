/// A value as it is given to a field, or stands in a response. Objects keep the order of their members: §7.2.2.
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

    /// The member called `name` of an object.
    package subscript(name: String) -> Value? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text of a string or an ID.
    package var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }
}
