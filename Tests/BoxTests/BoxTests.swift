import Glibc
import Imaging
import TestSupport
import Testing

@testable import Box

/// Decoder processes, with pictures that make them fail in every way.
@Suite(.serialized) struct BoxTests {
    private static let output = ImageOutput(sides: [16, 32], formats: [.jpeg, .webp])

    /// A picture with an order for `broken-decoder` after it.
    private static func picture(_ order: String = "", as format: ImageFormat = .png) throws -> [UInt8] {
        var picture = try GDImage(width: 40, height: 40)
        for y in 0..<40 {
            let row = (0..<40).map { Pixel(UInt8($0 * 6), UInt8(y * 6), 99, 255) }
            picture.write(row.span, row: y)
        }
        let file = try picture.encoded(as: format, ImageEncoding())
        return order.isEmpty ? file : file + Array(String(repeating: " ", count: 16).utf8) + Array("!\(order)".utf8)
    }

    private func processor(_ box: Box, seconds: Int = 10) -> ImageProcessor {
        ImageProcessor(limits: ImageLimits(maxSeconds: seconds), output: Self.output, decoder: box)
    }

    private func box(
        _ program: String = "broken-decoder",
        spares: Int = 2,
        patience: Int = 30,
        events: Events = Events()
    ) throws -> Box {
        let box = try Box(
            path: Programs.path(of: program),
            sharedMemory: 64 << 20,
            spares: spares,
            patience: patience,
            report: events.note
        )
        try box.start()
        return box
    }

    /// Each failure of a decoder with the reason that is reported.
    private static let breakdowns: [(order: String, reason: String)] = [
        ("address", "SIGSEGV"), ("trap", "fault of its own"), ("beyond", "exited with 2"), ("open", "SIGSYS"),
        ("socket", "SIGSYS"), ("kill", "SIGSYS"), ("exit", "exited with 3"), ("other", "something else"),
    ]

    @Test(arguments: breakdowns)
    func `a decoder failure is a refusal, and the next picture is decoded`(
        _ order: String,
        _ reason: String
    ) throws {
        let box = try box()
        defer { box.stop() }
        let processor = processor(box)
        for _ in 1...3 {
            #expect {
                try processor.process(Self.picture(order), crop: nil)
            } throws: { error in
                guard case ImageError.decoderCrashed(.png, let found) = error else { return false }
                return found.contains(reason)
            }
            _ = try processor.process(Self.picture(), crop: nil)
        }
    }

    @Test func `a decoder cannot change the upload, and the attempt does not crash`() throws {
        let box = try box()
        defer { box.stop() }
        let made = try processor(box).process(Self.picture("upload"), crop: nil)
        #expect(try made.variant.bytes == processor(box).process(Self.picture(), crop: nil).variant.bytes)
    }

    @Test func `an endless loop ends at the limit of time`() throws {
        let box = try box()
        defer { box.stop() }
        let start = ContinuousClock.now
        #expect(throws: ImageError.tooMuchWork(seconds: 1)) {
            try processor(box, seconds: 1).process(Self.picture("loop"), crop: nil)
        }
        #expect(start.duration(to: .now) < .seconds(20))
        _ = try processor(box).process(Self.picture(), crop: nil)
    }

    @Test func `an idle decoder is given up`() throws {
        let box = try box(patience: 2)
        defer { box.stop() }
        #expect(throws: ImageError.busy) { try processor(box, seconds: 1).process(Self.picture("sleep"), crop: nil) }
        _ = try processor(box).process(Self.picture(), crop: nil)
    }

    @Test(arguments: ["memory", "swift"]) func `an endless allocation ends at the limit of memory`(_ order: String)
        throws
    {
        let box = try box()
        defer { box.stop() }
        #expect {
            try processor(box).process(Self.picture(order), crop: nil)
        } throws: { error in
            guard case ImageError.tooMuchMemory(nil, let limit) = error else { return false }
            return limit > 0 && limit < 4 << 20
        }
        _ = try processor(box).process(Self.picture(), crop: nil)
    }

    @Test(arguments: ImageFormat.allCases.filter { $0 != .gif && $0 != .heic })
    func `the result is the same as outside the box, to the byte`(_ format: ImageFormat) throws {
        let box = try box("portraitd-decoder")
        defer { box.stop() }
        let upload = try Self.picture(as: format)
        let alone = try ImageProcessor(limits: ImageLimits(), output: Self.output).process(upload, crop: nil)
        let boxed = try processor(box).process(upload, crop: nil)
        #expect(boxed.master?.bytes == alone.master?.bytes)
        #expect(boxed.variant.bytes == alone.variant.bytes)
        #expect(boxed.master?.format == alone.master?.format)
    }

    @Test func `refusals pass through the box unchanged`() throws {
        let box = try box("portraitd-decoder")
        defer { box.stop() }
        let upload = Array(try Self.picture().dropLast(60))
        let alone = try #require(throws: ImageError.self) {
            try ImageProcessor(limits: ImageLimits(), output: Self.output).process(upload, crop: nil)
        }
        #expect(throws: alone) { try processor(box).process(upload, crop: nil) }
    }

    @Test func `ordinary JPEGs share a process, other pictures do not`() throws {
        let box = try box("portraitd-decoder")
        defer { box.stop() }
        let processor = processor(box)
        let large = try GDImage(width: 200, height: 200).encoded(as: .jpeg, ImageEncoding())
        for _ in 1...20 { _ = try processor.process(large, crop: nil) }
        #expect(box.count.processes <= 3)
        let png = try Self.picture()
        for _ in 1...20 { _ = try processor.process(png, crop: nil) }
        #expect(waitUntil { box.count.processes >= 22 })
    }

    @Test func `a killed template is replaced`() throws {
        let events = Events()
        let box = try box("portraitd-decoder", events: events)
        defer { box.stop() }
        _ = try processor(box).process(Self.picture(), crop: nil)
        let template = try #require(Programs.children(of: getpid(), named: "portraitd-decod").first)
        kill(template, SIGKILL)
        #expect(waitUntil { box.count.templates == 2 && box.count.spares == 2 })
        _ = try processor(box).process(Self.picture(), crop: nil)
        #expect(events.all.count == 1)
    }

    @Test func `a picture is decoded after all spare decoders were killed`() throws {
        let box = try box("portraitd-decoder")
        defer { box.stop() }
        #expect(waitUntil { box.count.spares == 2 })
        let template = try #require(Programs.children(of: getpid(), named: "portraitd-decod").first)
        for spare in Programs.children(of: template, named: "portraitd-decod") { kill(spare, SIGKILL) }
        _ = try processor(box).process(Self.picture(), crop: nil)
    }

    @Test func `no process is left after the box stops`() throws {
        let box = try box("portraitd-decoder")
        #expect(waitUntil { box.count.spares == 2 })
        let template = try #require(Programs.children(of: getpid(), named: "portraitd-decod").first)
        let spares = Programs.children(of: template, named: "portraitd-decod")
        #expect(spares.count == 2)
        box.stop()
        #expect(waitUntil { spares.allSatisfy { kill($0, 0) != 0 } })
    }

    @Test func `an invalid decoder program is reported, and no picture is decoded`() throws {
        let events = Events()
        let box = try Box(path: "/bin/false", sharedMemory: 1 << 20, spares: 1, report: events.note)
        try box.start()
        defer { box.stop() }
        #expect(throws: ImageError.noDecoder) { try processor(box).process(Self.picture(), crop: nil) }
        #expect(events.all.contains(.templateEnded("the decoder exited with 1")))
        #expect(throws: (any Error).self) { try Box(path: "/nowhere", sharedMemory: 1) }
    }

    @Test func `a decoder has one thread and no open files`() throws {
        let box = try box("portraitd-decoder")
        defer { box.stop() }
        #expect(waitUntil { box.count.spares == 2 })
        let template = try #require(Programs.children(of: getpid(), named: "portraitd-decod").first)
        #expect(Programs.status(of: template, "Threads") == "1")
        for spare in Programs.children(of: template, named: "portraitd-decod") {
            #expect(Programs.status(of: spare, "Threads") == "1")
            #expect(Programs.status(of: spare, "NoNewPrivs") == "1")
            // Descriptors 0 to 2 are /dev/null, and one is the socket. Only root may inspect an untraceable process.
            if getuid() == 0 {
                let open = Programs.descriptors(of: spare)
                #expect(open.filter { $0 != "/dev/null" }.allSatisfy { $0.hasPrefix("socket:") })
                #expect(open.count == 4)
            }
        }
    }
}
