package import Imaging
package import ProfileImages

extension PixelRect {
    /// `x,y,width,height` in upright pixels.
    /// - Throws: a problem with status 400.
    package init(crop text: String) throws(Problem) {
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard numbers.count == 4, text.filter({ $0 == "," }).count == 3 else {
            throw .badParameter("crop", "is x,y,width,height: four whole numbers of upright pixels")
        }
        self.init(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    }
}

extension ImageRating {
    /// `g`, `pg`, `r` or `x`.
    /// - Throws: a problem with status 400.
    package init(text: String) throws(Problem) {
        guard let rating = ImageRating(rawValue: text) else {
            throw .badParameter("rating", "is one of \(ImageRating.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = rating
    }
}
