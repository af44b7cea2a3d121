internal import CBox
import Imaging
internal import Glibc

/// A process that decodes: it has a socket and the two memories of a job, and may ask the kernel for nothing but memory.
struct DecoderChild {
    /// What a picture may take beside its estimate, in bytes: what a decoder leaves unused between its blocks, and the
    /// program's own.
    private static let slack = 24 << 20

    let socket: Int32
    let decoder: any PictureDecoder
    /// Is called once the process is locked.
    let whenLocked: () -> Void

    /// The two memories, mapped.
    @unsafe private struct Memories {
        let upload: UnsafeRawBufferPointer
        let result: UnsafeMutableRawBufferPointer
    }

    /// Does one job, or many, and ends the process.
    func serve() -> Never {
        guard let (first, descriptors) = receive(), let memories = unsafe map(descriptors, for: first), lock(for: first)
        else { _exit(1) }
        whenLocked()
        var request = first
        while true {
            var message = Message()
            unsafe work(on: request, memories).write(to: &message)
            guard unsafe portraitd_send(socket, message.bytes, message.bytes.count, nil, 0) else { _exit(1) }
            guard request.isShared, let (next, _) = receive() else { _exit(0) }
            request = next
        }
    }

    private func receive() -> (DecodingRequest, descriptors: [Int32])? {
        var descriptors: [Int32] = [-1, -1]
        guard let bytes = DecodingRequest.receive(from: socket, &descriptors), let request = DecodingRequest(bytes)
        else {
            return nil
        }
        return (request, descriptors)
    }

    @unsafe private func map(_ descriptors: [Int32], for request: DecodingRequest) -> Memories? {
        let (upload, result) = (request.uploadCapacity, request.resultCapacity)
        // The pages of a whole upload at once: one by one they would take longer.
        let populate = upload == request.uploadBytes ? MAP_POPULATE : 0
        guard let file = unsafe mmap(nil, upload, PROT_READ, MAP_SHARED | populate, descriptors[0], 0),
            let made = unsafe mmap(nil, result, PROT_READ | PROT_WRITE, MAP_SHARED, descriptors[1], 0),
            unsafe file != MAP_FAILED, unsafe made != MAP_FAILED
        else { return nil }
        descriptors.forEach { close($0) }
        return unsafe Memories(
            upload: UnsafeRawBufferPointer(start: file, count: upload),
            result: UnsafeMutableRawBufferPointer(start: made, count: result)
        )
    }

    /// Beside its estimate a picture takes a copy of the upload.
    private func lock(for request: DecodingRequest) -> Bool {
        let needed = request.memory + Self.slack + request.uploadCapacity
        return portraitd_lock(needed, needed, UInt32(request.seconds), socket)
    }

    private func work(on request: DecodingRequest, _ memories: Memories) -> DecodingOutcome {
        let file = unsafe [UInt8](memories.upload.prefix(request.uploadBytes))
        do throws(ImageError) {
            let made = try decoder.run(request.job, on: file, memory: request.memory)
            // There is room for any picture of this size: what is longer is none.
            guard unsafe write(made, to: memories.result) else { _exit(2) }
            return .made(made.map { ($0.side, $0.format, $0.bytes.count) })
        } catch {
            return .refused(error)
        }
    }

    /// Writes the pictures one after the other; false where they do not fit.
    private func write(_ pictures: [ImageVariant], to result: UnsafeMutableRawBufferPointer) -> Bool {
        guard 1...result.count ~= pictures.reduce(0, { $0 + $1.bytes.count }) else { return false }
        var rest = unsafe result
        for picture in pictures {
            unsafe rest.copyBytes(from: picture.bytes)
            unsafe rest = UnsafeMutableRawBufferPointer(rebasing: rest.dropFirst(picture.bytes.count))
        }
        return true
    }
}
