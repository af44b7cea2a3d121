/// The result of a decoding job in another process. The encoded pictures are in a separate memory, one after the other.
package enum DecodingOutcome {
    case made([(side: Int, format: ImageFormat, byteCount: Int)])
    case refused(ImageError)

    /// The most pictures that one job makes.
    private static let mostPictures = 2

    package func write(to message: inout Message) {
        switch self {
        case .made(let pictures):
            message.append(0)
            message.append(pictures.count)
            for picture in pictures {
                message.append(picture.side)
                message.append(picture.format)
                message.append(picture.byteCount)
            }
        case .refused(let error):
            message.append(1)
            error.write(to: &message)
        }
    }

    /// Reads an outcome that `write` wrote; nil if it is malformed or if its pictures have more than `capacity` bytes
    /// together.
    package init?(from message: inout MessageReader, capacity: Int) {
        switch message.number() {
        case 0:
            guard let count = message.number(in: 1...Self.mostPictures) else { return nil }
            var pictures: [(side: Int, format: ImageFormat, byteCount: Int)] = []
            var rest = capacity
            for _ in 0..<count {
                guard let side = message.number(in: 1...DecodingJob.largestSide), let format = message.format(),
                    let byteCount = message.number(in: 1...max(rest, 1)), byteCount <= rest
                else { return nil }
                pictures.append((side, format, byteCount))
                rest -= byteCount
            }
            self = .made(pictures)
        case 1:
            guard let error = ImageError(from: &message) else { return nil }
            self = .refused(error)
        default: return nil
        }
        guard message.isAtEnd else { return nil }
    }
}

extension ImageError {
    fileprivate func write(to message: inout Message) {
        func numbers(_ kind: Int, _ values: Int...) {
            message.append(kind)
            values.forEach { message.append($0) }
        }
        switch self {
        case .empty: numbers(0)
        case .unsupportedFormat(let found, let accepted):
            numbers(1, found == nil ? 0 : 1)
            message.append(found ?? "")
            message.append(accepted.count)
            accepted.forEach { message.append($0) }
        case .tooManyBytes(let found, let limit): numbers(2, found, limit)
        case .tooManyPixels(let width, let height, let limit): numbers(3, width, height, limit)
        case .tooWide(let width, let limit): numbers(4, width, limit)
        case .tooHigh(let height, let limit): numbers(5, height, limit)
        case .tooLong(let width, let height, let limit): numbers(6, width, height, limit)
        case .tooManyFrames(let found, let limit): numbers(7, found, limit)
        case .tooMuchMemory(let needed, let limit): numbers(8, needed == nil ? 0 : 1, needed ?? 0, limit)
        case .tooMuchWork(let seconds): numbers(9, seconds)
        case .corrupt(let format, let reason):
            numbers(10)
            message.append(format)
            message.append(reason)
        case .cropOutside(let crop, let width, let height):
            numbers(11, crop.x, crop.y, crop.width, crop.height, width, height)
        case .busy: numbers(12)
        case .outOfMemory: numbers(13)
        case .decoderCrashed(let format, let reason):
            numbers(14)
            message.append(format)
            message.append(reason)
        case .needsLibrary: numbers(15)
        case .noDecoder: numbers(16)
        }
    }

    fileprivate init?(from message: inout MessageReader) {
        guard let kind = message.number(), let error = Self.read(kind, from: &message) else { return nil }
        self = error
    }

    private static func read(_ kind: Int, from message: inout MessageReader) -> ImageError? {
        func numbers(_ count: Int) -> [Int]? {
            let values = (0..<count).compactMap { _ in message.number() }
            return values.count == count ? values : nil
        }
        switch kind {
        case 0: return .empty
        case 1:
            guard let isKnown = message.flag(), let found = message.text(),
                let count = message.number(in: 0...ImageFormat.allCases.count)
            else { return nil }
            let accepted = (0..<count).compactMap { _ in message.format() }
            return .unsupportedFormat(found: isKnown ? found : nil, accepted: accepted)
        case 2: return numbers(2).map { .tooManyBytes(found: $0[0], limit: $0[1]) }
        case 3: return numbers(3).map { .tooManyPixels(width: $0[0], height: $0[1], limit: $0[2]) }
        case 4: return numbers(2).map { .tooWide(width: $0[0], limit: $0[1]) }
        case 5: return numbers(2).map { .tooHigh(height: $0[0], limit: $0[1]) }
        case 6: return numbers(3).map { .tooLong(width: $0[0], height: $0[1], limit: $0[2]) }
        case 7: return numbers(2).map { .tooManyFrames(found: $0[0], limit: $0[1]) }
        case 8: return numbers(3).map { .tooMuchMemory(needed: $0[0] == 1 ? $0[1] : nil, limit: $0[2]) }
        case 9: return numbers(1).map { .tooMuchWork(seconds: $0[0]) }
        case 10:
            guard let format = message.format(), let reason = message.text() else { return nil }
            return .corrupt(format, reason: reason)
        case 11:
            return numbers(6).map {
                let crop = PixelRect(x: $0[0], y: $0[1], width: $0[2], height: $0[3])
                return .cropOutside(crop, width: $0[4], height: $0[5])
            }
        case 12: return .busy
        case 13: return .outOfMemory
        case 14:
            guard let format = message.format(), let reason = message.text() else { return nil }
            return .decoderCrashed(format, reason: reason)
        case 15: return .needsLibrary
        case 16: return .noDecoder
        default: return nil
        }
    }
}
