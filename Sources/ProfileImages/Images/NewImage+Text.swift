import Bytes
package import Imaging

extension PixelRect {
    /// `x,y,width,height` in upright pixels, each rounded to a whole number. What reaches over an edge of the picture is cut
    /// off once the picture is known.
    /// - Throws: a `CodedError`.
    package init(crop text: String) throws(CodedError) {
        let parts = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Double(decimal: $0) }
        guard parts.count == 4, numbers.count == 4,
            let crop = PixelRect(roundingX: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
        else { throw .badParameter("crop", "is x,y,width,height: four numbers of upright pixels") }
        self = crop
    }
}

extension Double {
    /// A decimal number such as `-12.5`; nil for anything else, such as an exponent.
    fileprivate init?(decimal text: Substring.UTF8View) {
        guard text.allSatisfy({ $0.isASCIIDigit || ".-".utf8.contains($0) }) else { return nil }
        self.init(Substring(text))
    }
}

extension ImageRating {
    /// `g`, `pg`, `r` or `x`.
    /// - Throws: a `CodedError`.
    package init(text: String) throws(CodedError) {
        guard let rating = ImageRating(rawValue: text) else {
            throw .badParameter("rating", "is one of \(ImageRating.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = rating
    }
}
