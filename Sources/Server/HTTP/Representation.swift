/// How a client wants to see a profile image.
enum Representation: String, CaseIterable {
    case json
    case image
    case text

    /// The representation that an `Accept` header asks for, RFC 9110 §12.5.1.
    ///
    /// JSON and image bytes must be asked for by name; whoever accepts anything gets Base64 text, and so does whoever
    /// accepts none of the three: an answer helps more than a 406.
    init(accept: String?) {
        // What nearly all clients send that want JSON.
        guard accept != "application/json" else {
            self = .json
            return
        }
        let ranges = ParameterizedValue.list(accept ?? "")
        var best: (representation: Representation, quality: Double) = (.text, 0)
        for representation in Self.allCases {
            let quality = ranges.filter { representation.isNamed(by: $0.value) }.map(\.quality).max() ?? 0
            if quality > best.quality { best = (representation, quality) }
        }
        self = best.representation
    }

    private func isNamed(by mediaRange: String) -> Bool {
        switch self {
        case .json: mediaRange == "application/json" || mediaRange == "application/*"
        case .image: mediaRange.hasPrefix("image/")
        case .text: mediaRange.hasPrefix("text/plain") || mediaRange == "text/*"
        }
    }
}
