// A decoder for tests. A word after the picture, such as `!loop` or `!trap`, selects the fault.
import Box
import CDecoder
import Glibc
import Imaging

struct BrokenDecoder: PictureDecoder {
    private let pipeline = ImagePipeline()

    func run(_ job: DecodingJob, on file: [UInt8], memory: Int) throws(ImageError) -> [ImageVariant] {
        let order = String(decoding: file.suffix(16), as: UTF8.self).split(
            separator: "!",
            omittingEmptySubsequences: false
        )
        switch order.count > 1 ? order.last : nil {
        case "address": unsafe UnsafeMutablePointer<UInt8>(bitPattern: 8)?.pointee = 1
        case "loop": while true { _ = pipeline }
        case "sleep": pause()
        case "memory": while true { takeMemory() }
        case "swift":
            var arrays: [[UInt8]] = []
            while true { arrays.append([UInt8](repeating: 1, count: 10_000_000)) }
        case "trap": _ = file[file.count + Int(file[0])]
        case "beyond":
            return [
                ImageVariant(side: job.side, format: job.format, bytes: [UInt8](repeating: 1, count: job.mostBytes + 1))
            ]
        case "open": _ = unsafe open("/etc/passwd", O_RDONLY)
        case "socket": _ = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        case "kill": kill(getppid(), SIGKILL)
        case "upload": writeToTheUpload()
        case "exit": _exit(3)
        case "other": return [ImageVariant(side: job.side, format: job.format, bytes: file)]
        default: break
        }
        return try pipeline.run(job, on: file, memory: memory)
    }

    private func pause() {
        var lock = unsafe pthread_mutex_t()
        unsafe pthread_mutex_init(&lock, nil)
        unsafe pthread_mutex_lock(&lock)
        unsafe pthread_mutex_lock(&lock)
    }

    private func takeMemory() {
        let count = 1 << 20
        if let block = unsafe malloc(count) { unsafe memset(block, 1, count) }
    }

    private func writeToTheUpload() {
        for descriptor in Int32(3)...20 { _ = unsafe write(descriptor, "x", 1) }
    }
}

portraitd_tune_allocator()
guard var template = DecoderTemplate(decoder: BrokenDecoder(), whenLocked: portraitd_end_without_memory) else {
    exit(1)
}
template.run()
