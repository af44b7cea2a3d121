import Glibc
import Imaging
import Testing

@testable import Avatars

@Suite struct PaletteTests {
    @Test(arguments: Palette.colours)
    func `white letters have a contrast of 4.5 to 1`(_ colour: RGBColour) {
        #expect(1.05 / (colour.luminance + 0.05) >= 4.5)
    }

    @Test func `the colours differ`() {
        #expect(Palette.colours.count >= 12)
        for (index, colour) in Palette.colours.enumerated() {
            #expect(!Palette.colours[..<index].contains(colour))
        }
    }
}

extension RGBColour {
    /// The relative luminance of WCAG 2.2.
    fileprivate var luminance: Double {
        func linear(_ value: UInt8) -> Double {
            let value = Double(value) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }
}
