import Foundation
import Imaging
import Testing

@testable import Box

/// Decodes third-party files, or the files of `make fuzz`, inside and outside the box. PORTRAITD_BOX_CORPUS names their
/// folder.
@Suite struct CorpusTests {
    private static let folder = ProcessInfo.processInfo.environment["PORTRAITD_BOX_CORPUS"]

    @Test(.enabled(if: folder != nil, "PORTRAITD_BOX_CORPUS names no folder"))
    func `every file has the same result inside and outside the box`() throws {
        let folder = try #require(Self.folder)
        let output = ImageOutput(sides: [16, 64], formats: [.jpeg])
        let box = try Box(path: Programs.path(of: "portraitd-decoder"), sharedMemory: 160 << 20)
        try box.start()
        defer { box.stop() }
        let boxed = ImageProcessor(limits: ImageLimits(), output: output, decoder: box)
        let alone = ImageProcessor(limits: ImageLimits(), output: output)
        var count = 0
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            guard let file = FileManager.default.contents(atPath: "\(folder)/\(path)") else { continue }
            let expected = Result { try alone.process(Array(file), crop: nil) }
            let found = Result { try boxed.process(Array(file), crop: nil) }
            switch (expected, found) {
            case (.success(let expected), .success(let found)):
                #expect(
                    found.variant.bytes == expected.variant.bytes && found.master?.bytes == expected.master?.bytes,
                    "\(path)"
                )
            case (.failure(let expected), .failure(let found)):
                #expect(found as? ImageError == expected as? ImageError, "\(path)")
            default: Issue.record("\(path): \(found), not \(expected)")
            }
            count += 1
        }
        print("\(count) files in the box")
    }
}
