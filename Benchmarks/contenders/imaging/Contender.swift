import Imaging
import SystemPackage

/// portraitd's own imaging, with the interface of `contender.c`.
@main struct Contender {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let count = Int(arguments[3]) else { throw Errno.invalidArgument }
        let output = ImageOutput(sides: [256], formats: [.jpeg], encoding: ImageEncoding(jpegQuality: 70))
        let processor = ImageProcessor(limits: ImageLimits(), output: output)
        func thumbnail(_ upload: [UInt8]) throws -> [UInt8] {
            try processor.process(upload, crop: nil).variant.bytes
        }
        let picture = try contents(of: arguments[1])
        var made = try thumbnail(contents(of: arguments[2]))
        try say("ready")
        for _ in 0..<count {
            made = try thumbnail(picture)
        }
        let target = try unsafe FileDescriptor.open(
            arguments[4],
            .writeOnly,
            options: [.create, .truncate],
            permissions: .ownerReadWrite
        )
        try target.closeAfter { _ = try target.writeAll(made) }
        try say("done")
    }

    /// Prints the text and waits for an answer.
    private static func say(_ what: String) throws {
        try FileDescriptor.standardOutput.writeAll("\(what)\n".utf8)
        try unsafe withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { byte in
            _ = try unsafe FileDescriptor.standardInput.read(into: byte)
        }
    }

    private static func contents(of path: String) throws -> [UInt8] {
        let file = try unsafe FileDescriptor.open(path, .readOnly)
        return try file.closeAfter {
            let count = try Int(file.seek(offset: 0, from: .end))
            _ = try file.seek(offset: 0, from: .start)
            return try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                unsafe filled = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
        }
    }
}
