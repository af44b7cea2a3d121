/// The path of a route: literal segments, and parameters in braces, like `/users/{id}/profileimage`.
struct PathTemplate: Equatable, Sendable {
    private enum Segment: Equatable {
        case literal(String)
        case parameter(String)
    }

    let text: String
    private let segments: [Segment]

    init(_ text: String) {
        self.text = text
        segments = text.split(separator: "/").map {
            $0.hasPrefix("{") ? .parameter(String($0.dropFirst().dropLast())) : .literal(String($0))
        }
    }

    /// The same template below the path `prefix`.
    func mounted(at prefix: String) -> PathTemplate {
        PathTemplate(prefix + text)
    }

    /// The values of the parameters; nil if the path does not match.
    func parameters(of path: [String]) -> PathParameters? {
        guard path.count == segments.count else { return nil }
        var values: [(name: String, value: String)] = []
        for (segment, value) in zip(segments, path) {
            switch segment {
            case .literal(let text): guard text == value else { return nil }
            case .parameter(let name): values.append((name, value))
            }
        }
        return PathParameters(values: values)
    }

    /// How many segments there are up to and with the first literal `name`; nil without one.
    func depth(of name: String) -> Int? {
        segments.firstIndex(of: .literal(name)).map { $0 + 1 }
    }
}

/// The decoded path segments that stand for the parameters of a route's template.
struct PathParameters: Sendable {
    fileprivate let values: [(name: String, value: String)]

    static let none = PathParameters(values: [])

    /// Nil if the route has no parameter of this name.
    subscript(name: String) -> String? {
        values.first { $0.name == name }?.value
    }
}
