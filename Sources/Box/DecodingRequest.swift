internal import CBox
import Imaging

/// What the service asks of a decoder's process: a job, and what it may take. The upload and the room for the result come
/// with the first message, as memories; those of a process that stays are
/// used again.
struct DecodingRequest {
    /// The longest message of the two processes, in bytes.
    private static let longestMessage = 2048

    let job: DecodingJob
    let uploadBytes: Int
    /// How long the two memories are.
    let uploadCapacity: Int
    let resultCapacity: Int
    /// The bytes that the work may take.
    let memory: Int
    /// Whether the process stays for other files.
    let isShared: Bool

    init(
        job: DecodingJob,
        uploadBytes: Int,
        uploadCapacity: Int,
        resultCapacity: Int,
        memory: Int,
        isShared: Bool
    ) {
        self.job = job
        self.uploadBytes = uploadBytes
        self.uploadCapacity = uploadCapacity
        self.resultCapacity = resultCapacity
        self.memory = memory
        self.isShared = isShared
    }

    init?(_ bytes: [UInt8]) {
        var message = MessageReader(bytes)
        guard let uploadCapacity = message.number(in: 1...1 << 40),
            let resultCapacity = message.number(in: 1...1 << 40),
            let uploadBytes = message.number(in: 1...uploadCapacity), let memory = message.number(in: 0...1 << 40),
            let isShared = message.flag(), let job = DecodingJob(from: &message), message.isAtEnd
        else { return nil }
        self.init(
            job: job,
            uploadBytes: uploadBytes,
            uploadCapacity: uploadCapacity,
            resultCapacity: resultCapacity,
            memory: memory,
            isShared: isShared
        )
    }

    /// The processor time that the kernel grants the process: what it may take for one picture, or for all that it may decode.
    var seconds: Int { (job.maxSeconds + 2) * (isShared ? DecoderProcess.mostPictures : 1) }

    var bytes: [UInt8] {
        var message = Message()
        message.append(uploadCapacity)
        message.append(resultCapacity)
        message.append(uploadBytes)
        message.append(memory)
        message.append(isShared)
        job.write(to: &message)
        return message.bytes
    }

    /// Waits for a message. Nil if the socket has ended, or if the message is longer than any of ours.
    static func receive(from socket: Int32, _ descriptors: inout [Int32]) -> [UInt8]? {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: longestMessage) { buffer, count in
            let received = unsafe portraitd_receive(
                socket,
                buffer.baseAddress,
                buffer.count,
                &descriptors,
                descriptors.count
            )
            count = max(received, 0)
        }
        return bytes.isEmpty ? nil : bytes
    }
}
