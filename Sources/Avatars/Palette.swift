import Imaging

/// The colours behind white letters, each dark enough for them: WCAG 2.2 §1.4.3 asks for a contrast of 4.5:1.
enum Palette {
    static let colours = [
        RGBColour(red: 0xC6, green: 0x28, blue: 0x28),
        RGBColour(red: 0xAD, green: 0x14, blue: 0x57),
        RGBColour(red: 0x8E, green: 0x24, blue: 0xAA),
        RGBColour(red: 0x5E, green: 0x35, blue: 0xB1),
        RGBColour(red: 0x39, green: 0x49, blue: 0xAB),
        RGBColour(red: 0x15, green: 0x65, blue: 0xC0),
        RGBColour(red: 0x02, green: 0x6C, blue: 0xA8),
        RGBColour(red: 0x00, green: 0x72, blue: 0x7F),
        RGBColour(red: 0x00, green: 0x79, blue: 0x6B),
        RGBColour(red: 0x2E, green: 0x7D, blue: 0x32),
        RGBColour(red: 0x55, green: 0x76, blue: 0x1C),
        RGBColour(red: 0x8A, green: 0x6A, blue: 0x00),
        RGBColour(red: 0xB4, green: 0x53, blue: 0x09),
        RGBColour(red: 0xBF, green: 0x36, blue: 0x0C),
        RGBColour(red: 0x6D, green: 0x4C, blue: 0x41),
        RGBColour(red: 0x54, green: 0x6E, blue: 0x7A),
    ]
}
