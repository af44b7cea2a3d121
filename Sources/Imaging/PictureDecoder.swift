/// Does the work of decoding jobs, wherever that is.
package protocol PictureDecoder: Sendable {
    /// Makes of `file` what the job asks for: at least one picture.
    /// - Parameter memory: the bytes that are reserved for the work.
    /// - Throws: `ImageError`, as soon as anything in the file cannot be taken.
    func run(_ job: DecodingJob, on file: [UInt8], memory: Int) throws(ImageError) -> [ImageVariant]

    /// What is known of its processes; nil where the work is done in this one.
    var counts: DecoderCounts? { get }
}

extension PictureDecoder {
    package var counts: DecoderCounts? { nil }
}

/// What a decoder counts of its processes.
package struct DecoderCounts: Equatable, Sendable {
    /// Those that stand ready now.
    package var spares = 0
    /// Those that were made.
    package var processes = 0
    /// The templates that were started.
    package var templates = 0
    /// Those that ended before they had a file, or could not be made.
    package var failures = 0

    package init() {}
}
