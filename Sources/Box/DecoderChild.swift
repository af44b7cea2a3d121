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

    /// Does one job, or many, and ends the process.
    func serve() -> Never {
        var isLocked = false
        while let (request, upload, result) = receive() {
            if !isLocked {
                let needed = request.memory + Self.slack
                // Beside its own memory the process maps the two of the job, of which the upload is copied once.
                let mapped = needed + 2 * request.uploadBytes + request.job.mostBytes
                guard portraitd_lock(needed + request.uploadBytes, mapped, UInt32(request.job.maxSeconds + 2), socket)
                else { _exit(1) }
                whenLocked()
                isLocked = true
            }
            let outcome = work(on: request, upload, result)
            close(upload)
            close(result)
            var message = Message()
            outcome.write(to: &message)
            guard unsafe portraitd_send(socket, message.bytes, message.bytes.count, nil, 0) else { _exit(1) }
            guard request.isShared else { break }
        }
        _exit(0)
    }

    private func receive() -> (DecodingRequest, upload: Int32, result: Int32)? {
        var descriptors: [Int32] = [-1, -1]
        guard let bytes = DecodingRequest.receive(from: socket, &descriptors),
            descriptors.allSatisfy({ $0 >= 0 }), let request = DecodingRequest(bytes)
        else { return nil }
        return (request, descriptors[0], descriptors[1])
    }

    private func work(on request: DecodingRequest, _ upload: Int32, _ result: Int32) -> DecodingOutcome {
        guard let file = contents(of: upload, request.uploadBytes) else { return .refused(.outOfMemory) }
        do throws(ImageError) {
            let made = try decoder.run(request.job, on: file, memory: request.memory)
            guard write(made, to: result, request.job.mostBytes) else { return .refused(.outOfMemory) }
            return .made(made.map { ($0.side, $0.format, $0.bytes.count) })
        } catch {
            return .refused(error)
        }
    }

    private func contents(of memory: Int32, _ count: Int) -> [UInt8]? {
        guard let mapped = unsafe mmap(nil, count, PROT_READ, MAP_SHARED | MAP_POPULATE, memory, 0),
            unsafe mapped != MAP_FAILED
        else { return nil }
        defer { unsafe munmap(mapped, count) }
        return unsafe [UInt8](UnsafeRawBufferPointer(start: mapped, count: count))
    }

    /// Writes the pictures one after the other; false where they do not fit.
    private func write(_ pictures: [ImageVariant], to memory: Int32, _ capacity: Int) -> Bool {
        let count = pictures.reduce(0) { $0 + $1.bytes.count }
        guard 1...capacity ~= count,
            let mapped = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0),
            unsafe mapped != MAP_FAILED
        else { return false }
        defer { unsafe munmap(mapped, count) }
        var rest = unsafe UnsafeMutableRawBufferPointer(start: mapped, count: count)
        for picture in pictures {
            unsafe rest.copyBytes(from: picture.bytes)
            unsafe rest = UnsafeMutableRawBufferPointer(rebasing: rest.dropFirst(picture.bytes.count))
        }
        return true
    }
}
