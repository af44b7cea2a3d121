import Imaging

/// Makes each library decode and encode once: after the process has given up its rights, a library can no longer open a
/// file, load code or start a thread for its first picture.
struct Rehearsal {
    private let pipeline: ImagePipeline

    init(_ pipeline: ImagePipeline) {
        self.pipeline = pipeline
    }

    /// Decodes and encodes every format; false if one fails.
    var succeeds: Bool {
        do {
            for file in try files() {
                for format in ImageOutput.formats { _ = try pipeline.run(job(format), on: file, memory: 0) }
            }
            return true
        } catch {
            return false
        }
    }

    private func job(_ format: ImageFormat) -> DecodingJob {
        DecodingJob(
            product: .upload(crop: nil, isSingle: false),
            side: 16,
            format: format,
            encoding: ImageEncoding(),
            maxSeconds: 60
        )
    }

    private func files() throws(ImageError) -> [[UInt8]] {
        var files = [Self.gif, Self.heic]
        for isOpaque in [true, false] {
            let picture = try picture(isOpaque: isOpaque)
            for format in ImageOutput.formats {
                files.append(try picture.encoded(as: format, ImageEncoding()))
            }
            files.append(try picture.encoded(as: .jpeg, ImageEncoding(isProgressive: true)))
        }
        // JPEG files of 64 × 64 pixels, large enough for our own decoder, and a PNG file with its own primaries, for
        // which lcms2 creates a profile.
        let large = try GDImage(width: 64, height: 64)
        files.append(try large.encoded(as: .jpeg, ImageEncoding()))
        files.append(try large.encoded(as: .jpeg, ImageEncoding(isProgressive: true)))
        files.append(Self.png)
        return files
    }

    private func picture(isOpaque: Bool) throws(ImageError) -> GDImage {
        var picture = try GDImage(width: 16, height: 16)
        for y in 0..<16 {
            let row = (0..<16).map { Pixel(UInt8($0 * 16), UInt8(y * 16), 128, isOpaque ? 255 : 128) }
            picture.write(row.span, row: y)
        }
        return picture
    }
}

/// Small sample files in formats that our encoders do not write.
extension Rehearsal {
    /// A GIF file of one white pixel.
    static let gif: [UInt8] = [
        71, 73, 70, 56, 57, 97, 1, 0, 1, 0, 128, 0, 0, 255, 255, 255, 0, 0, 0, 44, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2,
        68, 1, 0, 59,
    ]

    /// A PNG file of 8 × 8 pixels whose primaries and gamma differ from sRGB, for which lcms2 creates a profile.
    static let png: [UInt8] = [
        137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 8, 0, 0, 0, 8, 8, 2, 0, 0, 0, 75, 109,
        41, 220, 0, 0, 0, 4, 103, 65, 77, 65, 0, 0, 177, 143, 11, 252, 97, 5, 0, 0, 0, 32, 99, 72, 82, 77, 0, 0, 122,
        38, 0, 0, 128, 132, 0, 0, 250, 0, 0, 0, 128, 232, 0, 0, 82, 8, 0, 1, 21, 88, 0, 0, 58, 152, 0, 0, 23, 112,
        220, 73, 215, 120, 0, 0, 0, 108, 73, 68, 65, 84, 120, 218, 21, 205, 65, 21, 0, 81, 8, 66, 81, 163, 24, 133,
        40, 70, 121, 81, 136, 66, 20, 162, 204, 31, 151, 92, 14, 206, 12, 59, 104, 184, 129, 193, 67, 134, 14, 51,
        203, 46, 90, 110, 97, 241, 146, 165, 251, 64, 172, 144, 56, 129, 176, 136, 168, 30, 28, 123, 232, 184, 131,
        195, 71, 142, 222, 131, 127, 224, 85, 95, 248, 159, 33, 208, 247, 110, 204, 26, 153, 243, 31, 219, 196, 212,
        15, 194, 6, 133, 203, 95, 118, 72, 104, 30, 148, 45, 42, 215, 127, 194, 37, 165, 229, 3, 198, 123, 88, 1, 87,
        57, 54, 242, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
    ]

    /// A HEIC file of 64 × 64 pixels, encoded by x265.
    static let heic: [UInt8] = [
        0, 0, 0, 28, 102, 116, 121, 112, 104, 101, 105, 99, 0, 0, 0, 0, 109, 105, 102, 49, 104, 101, 105, 99, 109,
        105, 97, 102, 0, 0, 1, 65, 109, 101, 116, 97, 0, 0, 0, 0, 0, 0, 0, 33, 104, 100, 108, 114, 0, 0, 0, 0, 0, 0,
        0, 0, 112, 105, 99, 116, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 14, 112, 105, 116, 109, 0, 0, 0, 0,
        0, 1, 0, 0, 0, 34, 105, 108, 111, 99, 0, 0, 0, 0, 68, 64, 0, 1, 0, 1, 0, 0, 0, 0, 1, 101, 0, 1, 0, 0, 0, 0,
        0, 0, 0, 73, 0, 0, 0, 35, 105, 105, 110, 102, 0, 0, 0, 0, 0, 1, 0, 0, 0, 21, 105, 110, 102, 101, 2, 0, 0, 0,
        0, 1, 0, 0, 104, 118, 99, 49, 0, 0, 0, 0, 193, 105, 112, 114, 112, 0, 0, 0, 163, 105, 112, 99, 111, 0, 0, 0,
        119, 104, 118, 99, 67, 1, 3, 112, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 240, 0, 252, 253, 248, 248, 0, 0, 15, 3, 32,
        0, 1, 0, 24, 64, 1, 12, 1, 255, 255, 3, 112, 0, 0, 3, 0, 144, 0, 0, 3, 0, 0, 3, 0, 30, 186, 2, 64, 33, 0, 1,
        0, 43, 66, 1, 1, 3, 112, 0, 0, 3, 0, 144, 0, 0, 3, 0, 0, 3, 0, 30, 160, 32, 129, 5, 150, 233, 57, 41, 46,
        110, 4, 4, 12, 8, 0, 0, 3, 0, 8, 0, 0, 3, 0, 8, 64, 34, 0, 1, 0, 6, 68, 1, 192, 113, 129, 18, 0, 0, 0, 20,
        105, 115, 112, 101, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0, 64, 0, 0, 0, 16, 112, 105, 120, 105, 0, 0, 0, 0, 3, 8,
        8, 8, 0, 0, 0, 22, 105, 112, 109, 97, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 3, 129, 2, 131, 0, 0, 0, 81, 109, 100,
        97, 116, 0, 0, 0, 69, 40, 1, 172, 102, 149, 96, 5, 120, 22, 16, 154, 38, 153, 17, 243, 123, 169, 253, 34, 11,
        45, 188, 222, 60, 241, 179, 253, 142, 225, 123, 230, 100, 38, 174, 206, 189, 198, 131, 13, 133, 215, 202,
        217, 172, 26, 154, 102, 53, 107, 213, 62, 157, 98, 27, 88, 19, 177, 67, 49, 200, 88, 171, 2, 121, 5, 203,
        165, 154, 192,
    ]
}
