/// What is made of every picture: squares of these sides, in one format.
package struct ImageOutput: Sendable {
    /// The sides that can be asked for.
    package static let sideRange = 1...2048

    /// The JPEG qualities that can be asked for.
    package static let qualityRange = 1...100

    /// The formats that can be written.
    package static let formats: [ImageFormat] = [.jpeg, .png]

    /// The sides of the squares, in pixels.
    package let sides: [Int]

    /// The format of every square.
    package let format: ImageFormat

    /// The quality of JPEG; PNG loses nothing.
    package let quality: Int

    /// A value that cannot be is brought to the nearest that can: settings refuse such values before they come here.
    package init(sides: [Int] = [256], format: ImageFormat = .jpeg, quality: Int = 70) {
        self.sides = sides.map { $0.clamped(to: Self.sideRange) }
        self.format = Self.formats.contains(format) ? format : .jpeg
        self.quality = quality.clamped(to: Self.qualityRange)
    }
}

extension Int {
    fileprivate func clamped(to range: ClosedRange<Int>) -> Int {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
