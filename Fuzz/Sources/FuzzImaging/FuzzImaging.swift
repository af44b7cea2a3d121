import Imaging

// A million pixels at most, so that no input takes long.
private let limits = ImageLimits(maxBytes: 1 << 20, maxPixels: 1 << 20)

// Pictures as small as the inputs are decoded at a fraction of their size for the tiny one, and whole for the other,
// which keeps a master. Formats that take long to write would only make this slow.
private let processors = [
    ImageProcessor(limits: limits, output: ImageOutput(sides: [2], formats: [.png])),
    ImageProcessor(limits: limits, output: ImageOutput(sides: [16, 64], formats: [.jpeg])),
]

/// One input of libFuzzer: the upload. Its last bytes also say which processor works on it, and the crop; what follows a
/// picture does not belong to it, so that these bytes can be anything.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let upload = unsafe PNGChecksums.corrected(Array(UnsafeBufferPointer(start: bytes, count: count)))
    let choices = Array(upload.suffix(5))
    let processor = processors[Int(choices.first ?? 0) % processors.count]
    do {
        let header = try ImageHeader.read(upload)
        let image = try processor.process(upload, crop: crop(of: header, choices))
        precondition(image.variant.side == processor.output.largestSide && !image.variant.bytes.isEmpty)
    } catch {
        // A refusal is an answer.
    }
    return 0
}

/// A part of the picture, in 255ths of it from the edges; a quarter of the inputs has none.
private func crop(of header: ImageHeader, _ choices: [UInt8]) -> PixelRect? {
    guard choices.count == 5, choices[0] & 6 != 0 else { return nil }
    let place = choices.dropFirst().map(Int.init)
    return PixelRect(
        x: header.uprightWidth * place[0] / 255,
        y: header.uprightHeight * place[1] / 255,
        width: header.uprightWidth * place[2] / 255,
        height: header.uprightHeight * place[3] / 255
    )
}
