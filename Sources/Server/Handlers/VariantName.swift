import Imaging

/// The last segment of a variant's path: `256.jpg`, or `256` where `Accept` decides the format.
struct VariantName {
    let side: Int
    let format: ImageFormat?
    /// Whether there is no shorter way to write it.
    let isCanonical: Bool

    /// Returns nil when `segment` is not one to four digits, with or without the extension of a format.
    init?(_ segment: String) {
        let parts = segment.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts[0].utf8
        guard 1...4 ~= digits.count, digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            let side = Int(parts[0])
        else { return nil }
        let named = parts.count == 2 ? ImageOutput.formats.first { $0.fileExtension == parts[1] } : nil
        guard parts.count == 1 || named != nil else { return nil }
        self.side = side
        format = named
        isCanonical = String(side) == parts[0]
    }

    /// The name of the same picture in another size.
    func at(_ side: Int) -> String {
        format.map { "\(side).\($0.fileExtension)" } ?? String(side)
    }
}
