import Imaging
import Testing

@testable import Box

/// A decoder process that an attacker controls can send any message.
@Suite struct HostileMessageTests {
    private static let capacity = 1000

    private func outcome(_ bytes: [UInt8]) -> DecodingOutcome? {
        var message = MessageReader(bytes)
        return DecodingOutcome(from: &message, capacity: Self.capacity)
    }

    private func message(_ outcome: DecodingOutcome) -> [UInt8] {
        var message = Message()
        outcome.write(to: &message)
        return message.bytes
    }

    private static let errors: [ImageError] = [
        .empty, .unsupportedFormat(found: "BMP", accepted: [.jpeg, .heic]),
        .unsupportedFormat(found: nil, accepted: []),
        .tooManyBytes(found: 2, limit: 1), .tooManyPixels(width: 3, height: 4, limit: 5), .tooWide(width: 6, limit: 7),
        .tooHigh(height: 8, limit: 9), .tooLong(width: 10, height: 11, limit: 12), .tooManyFrames(found: 13, limit: 14),
        .tooMuchMemory(needed: 15, limit: 16), .tooMuchMemory(needed: nil, limit: 17), .tooMuchWork(seconds: 18),
        .corrupt(.webp, reason: "ä"),
        .cropOutside(PixelRect(x: -1, y: .max, width: .min, height: 0), width: 1, height: 2),
        .busy, .noDecoder, .outOfMemory, .decoderCrashed(.avif, reason: ""), .needsLibrary,
    ]

    @Test(arguments: errors) func `every refusal is decoded as it was encoded`(_ error: ImageError) {
        guard case .refused(let found) = outcome(message(.refused(error))) else {
            Issue.record("\(error) was not read")
            return
        }
        #expect(found == error)
    }

    @Test func `no message crashes the service or exceeds the capacity`() {
        let good = Self.errors.map { message(.refused($0)) } + [message(.made([(64, .jpeg, 900), (32, .png, 100)]))]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200_000 {
            var bytes = good[Int.random(in: 0..<good.count, using: &random)]
            for _ in 0...Int.random(in: 0...3, using: &random) {
                switch Int.random(in: 0...3, using: &random) {
                case 0: bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
                case 1: bytes.append(.random(in: 0...255, using: &random))
                case 2 where bytes.count >= 8:
                    let place = Int.random(in: 0..<bytes.count / 8, using: &random) * 8
                    for offset in 0..<8 {
                        bytes[place + offset] = [0, 0xFF, 0x7F, 0x80].randomElement(using: &random) ?? 0
                    }
                default:
                    guard let place = bytes.indices.randomElement(using: &random) else { continue }
                    bytes[place] = .random(in: 0...255, using: &random)
                }
            }
            _ = DecoderExit(bytes)?.description
            guard case .made(let pictures) = outcome(bytes) else { continue }
            #expect(pictures.allSatisfy { 1...2048 ~= $0.side && $0.byteCount > 0 })
            #expect(pictures.reduce(0) { $0 + $1.byteCount } <= Self.capacity)
        }
    }

    @Test func `a job is decoded as it was encoded`() throws {
        let encoding = ImageEncoding(jpegQuality: 1, webpQuality: 2, avifQuality: 3, isProgressive: true)
        let products: [DecodingJob.Product] = [
            .upload(crop: nil, isSingle: true), .variant, .rectangle(width: 3, height: 64),
            .upload(crop: PixelRect(x: -5, y: 6, width: .max, height: 8), isSingle: false),
        ]
        for product in products {
            for encoding in [encoding, ImageEncoding().forRequest(side: 2000, isDrawn: true)] {
                var job = DecodingJob(
                    product: product,
                    side: 64,
                    format: .webp,
                    encoding: encoding,
                    maxSeconds: 9,
                    libjpegOnly: true
                )
                job.damage = "ends too early"
                job.forbidsLibraries = true
                var message = Message()
                job.write(to: &message)
                var reader = MessageReader(message.bytes)
                #expect(DecodingJob(from: &reader) == job)
                #expect(reader.isAtEnd)
            }
        }
    }
}
