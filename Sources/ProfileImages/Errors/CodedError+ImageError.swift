package import Imaging

extension CodedError {
    /// Explains to the uploader why a picture was refused.
    package init(_ error: ImageError) {
        switch error {
        case .empty:
            self.init(.malformed, code: "image-missing", "The request holds no image.")
        case .unsupportedFormat(let found, let accepted):
            let name = found.map { "The upload is \($0), not" } ?? "The upload is not"
            let names = accepted.map(\.displayName)
            let list = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
            self.init(
                .unsupportedType,
                code: "unsupported-format",
                "\(name) a \(list) picture. The content decides, not the file's name or declared type.",
                found: found ?? "unknown",
                allowed: accepted.map(\.mediaType)
            )
        case .tooManyBytes(let found, let limit):
            self = .tooManyBytes(found, limit: limit)
        case .tooManyPixels(let width, let height, let limit):
            self.init(
                .tooLarge,
                code: "too-many-pixels",
                "The picture has \(width) × \(height) pixels; at most \(limit) pixels are allowed.",
                found: "\(width)x\(height)",
                limit: limit
            )
        case .tooWide(let width, let limit):
            self.init(
                .tooLarge,
                code: "too-wide",
                "The picture is \(width) pixels wide; at most \(limit) are allowed.",
                found: String(width),
                limit: limit
            )
        case .tooHigh(let height, let limit):
            self.init(
                .tooLarge,
                code: "too-high",
                "The picture is \(height) pixels high; at most \(limit) are allowed.",
                found: String(height),
                limit: limit
            )
        case .tooLong(let width, let height, let limit):
            self.init(
                .unprocessable,
                code: "too-long",
                "The picture has \(width) × \(height) pixels; its long side may be at most \(limit) times its short side.",
                found: "\(width)x\(height)",
                limit: limit
            )
        case .tooManyFrames(let found, let limit):
            self.init(
                .tooLarge,
                code: "too-many-frames",
                "The animation has \(found) frames; at most \(limit) are allowed.",
                found: String(found),
                limit: limit
            )
        case .tooMuchMemory(let needed, let limit):
            let taken = needed.map { "\($0) bytes of memory while it is decoded; at most \(limit) are" }
            self.init(
                .unprocessable,
                code: "too-much-memory",
                "This picture takes \(taken ?? "more memory while it is decoded than the \(limit) bytes that are") allowed. "
                    + "A smaller one, or a JPEG that is not progressive, takes less.",
                found: needed.map { String($0) },
                limit: limit
            )
        case .tooMuchWork(let seconds):
            self.init(
                .unprocessable,
                code: "too-much-work",
                "This picture takes more than \(seconds) seconds to decode. Save it anew, smaller or in another format.",
                limit: seconds
            )
        case .corrupt(let format, let reason):
            self.init(
                .unprocessable,
                code: "corrupt-image",
                "The \(format.displayName) picture is damaged: \(reason).",
                found: format.mediaType
            )
        case .decoderCrashed(let format, let reason):
            self.init(
                .unprocessable,
                code: "decoder-crashed",
                "The \(format.displayName) picture cannot be decoded. Save it anew, or in another format.",
                found: format.mediaType,
                cause: reason
            )
        case .cropOutside(let crop, let width, let height):
            self.init(
                .malformed,
                code: "crop-outside",
                "The crop \(crop.width) × \(crop.height) at \(crop.x),\(crop.y) shows nothing of the upright picture of "
                    + "\(width) × \(height) pixels.",
                found: "\(crop.x),\(crop.y),\(crop.width),\(crop.height)"
            )
        case .busy:
            self.init(
                .unavailable,
                code: "busy",
                "Too many pictures are being processed now. Try again.",
                cause: "the memory budget is taken",
                retryAfter: 5
            )
        case .noDecoder, .needsLibrary:
            self.init(
                .unavailable,
                code: "no-decoder",
                "Pictures cannot be decoded now. Try again later.",
                cause: "no decoder was ready",
                retryAfter: 5
            )
        case .outOfMemory:
            self.init(
                .unavailable,
                code: "out-of-memory",
                "There is no memory for this picture now. Try again later.",
                retryAfter: 5
            )
        }
    }
}
