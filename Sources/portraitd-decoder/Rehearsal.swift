import Imaging

/// Has each library decode and encode once. What it reads, loads or starts for its first picture it cannot have later.
struct Rehearsal {
    private let pipeline: ImagePipeline

    init(_ pipeline: ImagePipeline) {
        self.pipeline = pipeline
    }

    /// Whether every format was decoded and encoded.
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
        // Large enough for our own decoder of JPEG, and with primaries of its own, for which lcms2 makes a profile.
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
