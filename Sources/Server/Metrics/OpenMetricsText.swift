/// The text format of OpenMetrics 1.0, which Prometheus reads.
struct OpenMetricsText {
    enum Kind: String {
        case counter, gauge, histogram, info
    }

    static let mediaType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    private var text = ""

    /// The whole exposition.
    var bytes: [UInt8] {
        Array("\(text)# EOF\n".utf8)
    }

    /// Begins a metric family.
    mutating func family(_ name: String, _ kind: Kind, unit: String? = nil, help: String) {
        text += "# TYPE \(name) \(kind.rawValue)\n"
        if let unit { text += "# UNIT \(name) \(unit)\n" }
        text += "# HELP \(name) \(Self.escaped(help))\n"
    }

    mutating func sample(_ name: String, _ value: Double, labels: [(name: String, value: String)] = []) {
        let list = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        text += list.isEmpty ? name : "\(name){\(list)}"
        text += " \(Self.number(value))\n"
    }

    /// A family with one sample.
    mutating func gauge(_ name: String, unit: String? = nil, help: String, _ value: Double) {
        family(name, .gauge, unit: unit, help: help)
        sample(name, value)
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
