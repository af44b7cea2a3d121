internal import CBox
internal import Glibc
import Imaging

/// A decoder process. It has a socket and the two memories of a job; the kernel allows it little more than to allocate
/// memory and to exchange messages.
struct DecoderChild {
    /// The memory beyond a picture's estimate, in bytes: fragmentation of the heap, and the memory of the program
    /// itself.
    private static let slack = 24 << 20

    let socket: Int32
    let decoder: any PictureDecoder
    /// Called after the process has given up its rights.
    let whenLocked: () -> Void

    /// The two memories of a job, mapped.
    @unsafe private struct Memories {
        let upload: UnsafeRawBufferPointer
        let result: UnsafeMutableRawBufferPointer
    }

    /// Runs one job, or many if the process is shared, and exits.
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
        // Maps all pages of a single upload at once: page by page takes longer.
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

    /// Sets the resource limits and the system call filter. Beyond its estimate, a picture needs a copy of the upload.
    private func lock(for request: DecodingRequest) -> Bool {
        let needed = request.memory + Self.slack + request.uploadCapacity
        return portraitd_lock(needed, needed, UInt32(request.seconds), socket)
    }

    private func work(on request: DecodingRequest, _ memories: Memories) -> DecodingOutcome {
        let file = unsafe [UInt8](memories.upload.prefix(request.uploadBytes))
        do throws(ImageError) {
            let made = try decoder.run(request.job, on: file, memory: request.memory)
            // The result memory holds the largest valid result; a longer one is a fault.
            guard unsafe write(made, to: memories.result) else { _exit(2) }
            return .made(made.map { ($0.side, $0.format, $0.bytes.count) })
        } catch {
            return .refused(error)
        }
    }

    /// Writes the pictures one after the other; false if there are no bytes or they do not fit.
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
