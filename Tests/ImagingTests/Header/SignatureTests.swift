import Testing

@testable import Imaging

@Suite struct SignatureTests {
    @Test(arguments: [
        ("BM\u{1}\u{2}", "BMP"),
        ("MM\0*", "TIFF"),
        ("II*\0", "TIFF"),
        ("<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\">", "SVG"),
        ("%PDF-1.7", "PDF"),
        ("\0\0\0\u{18}ftypheic\0\0\0\0mif1", "HEIC"),
        ("\0\0\0\u{18}ftypmsf1\0\0\0\0hevc", "HEIC"),
        ("\0\0\0\u{18}ftypmif1\0\0\0\0mif1", "HEIF"),
        ("\0\0\0\u{1C}ftypmif1\0\0\0\0mif1heic", "HEIC"),
        ("\0\0\0\u{18}ftypisom\0\0\0\0", "MP4"),
        ("\0\0\0\u{18}ftypqt  \0\0\0\0", "QuickTime"),
        ("\0\0\0\u{C}JXL \r\n", "JPEG XL"),
        ("\0\0\0\u{C}jP  \r\n", "JPEG 2000"),
        ("8BPS\0\u{1}", "PSD"),
        ("\0\0\u{1}\0\u{1}\0", "ICO"),
        ("<!DOCTYPE html><p>Hello", "HTML"),
        ("<html><body>", "HTML"),
        (" {\"image\": 1}", "JSON"),
        ("PK\u{3}\u{4}\u{14}\0", "ZIP"),
        ("RIFF\u{10}\0\0\0AVI LIST", "AVI"),
        ("hello", "text"),
        ("GIF88a", "text"),
    ])
    func `the refusal names the detected type`(_ content: String, _ name: String) {
        let others = ImageFormat.allCases.filter { $0 != .heic }
        #expect(throws: ImageError.unsupportedFormat(found: name, accepted: others)) {
            try ImageHeader.read(Array(content.utf8), accepting: others)
        }
    }

    @Test(arguments: [[0x89, 0x50, 0x4E, 0x47], [0xFF, 0xD8], [0, 1, 2, 3], [0xC3, 0x28, 0x61]] as [[UInt8]])
    func `an unknown type is refused without a name`(_ content: [UInt8]) {
        #expect(throws: ImageError.unsupportedFormat(found: nil, accepted: ImageFormat.allCases)) {
            try ImageHeader.read(content, accepting: ImageFormat.allCases)
        }
    }

    @Test func `an empty file is refused as empty`() {
        #expect(throws: ImageError.empty) { try ImageHeader.read([]) }
    }
}
