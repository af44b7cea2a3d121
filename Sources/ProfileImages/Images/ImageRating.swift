/// For whom an image is fit, as Gravatar rates them; from the mildest to the harshest.
package enum ImageRating: String, CaseIterable, Codable, Comparable, Sendable {
    case g
    case pg
    case r
    case x

    package static func < (one: ImageRating, other: ImageRating) -> Bool {
        (allCases.firstIndex(of: one) ?? 0) < (allCases.firstIndex(of: other) ?? 0)
    }
}
