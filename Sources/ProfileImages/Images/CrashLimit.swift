import Imaging
import Synchronization

/// Keeps those away for a while whose pictures break decoders down: each costs a process, and somebody may be looking for a
/// hole. Counts for this process, not for all.
package final class CrashLimit: Sendable {
    /// The credential has brought too many such pictures.
    package struct Exceeded: Error, Equatable {
        /// How long it stays away, in whole seconds.
        package let seconds: Int
    }

    private static let mostCrashes = 3
    private static let window = Duration.seconds(60)
    private static let lockout = Duration.seconds(600)
    /// The most credentials that are remembered; beyond it the oldest are forgotten.
    private static let mostCredentials = 1000

    private struct Record {
        var crashes: [ContinuousClock.Instant] = []
        var lockedUntil: ContinuousClock.Instant?
    }

    private let records = Mutex<[String: Record]>([:])

    package init() {}

    /// How many credentials are remembered.
    var count: Int { records.withLock(\.count) }

    /// - Throws: `Exceeded` while this credential's pictures are not taken.
    func check(_ credential: Actor, now: ContinuousClock.Instant = .now) throws {
        let credential = Self.key(credential)
        let end = records.withLock { $0[credential]?.lockedUntil }
        guard let end, now < end else { return }
        throw Exceeded(seconds: Int((now.duration(to: end) / .seconds(1)).rounded(.up)))
    }

    /// Counts a picture that has broken a decoder down.
    func note(_ credential: Actor, now: ContinuousClock.Instant = .now) {
        let credential = Self.key(credential)
        records.withLock { records in
            var record = records[credential] ?? Record()
            record.crashes = record.crashes.filter { $0 + Self.window > now } + [now]
            if record.crashes.count >= Self.mostCrashes { record = Record(lockedUntil: now + Self.lockout) }
            records[credential] = record
            guard records.count > Self.mostCredentials else { return }
            records = records.filter { record in
                record.value.crashes.contains { $0 + Self.window > now }
                    || record.value.lockedUntil.map { $0 > now } == true
            }
            // Far more than are likely: forgetting them is better than growing.
            if records.count > Self.mostCredentials { records = [credential: record] }
        }
    }

    private static func key(_ actor: Actor) -> String { "\(actor.credential.rawValue) \(actor.name)" }
}

extension ImageProcessor {
    /// Makes of a picture what is kept of it.
    /// - Parameter actor: whom a picture that breaks a decoder down is held against; nil where nobody is.
    /// - Throws: `CrashLimit.Exceeded`, or `ImageError`: a crash with the SHA-256 of the picture among its reasons.
    func process(_ picture: NewImage, by actor: Actor?, limitedBy crashes: CrashLimit) throws -> ProcessedImage {
        if let actor { try crashes.check(actor) }
        do {
            return try process(picture.bytes, crop: picture.crop)
        } catch ImageError.decoderCrashed(let format, let reason) {
            if let actor { crashes.note(actor) }
            let digest = ContentDigest(of: picture.bytes).rawValue
            throw ImageError.decoderCrashed(format, reason: "\(format.displayName) with SHA-256 \(digest): \(reason)")
        }
    }
}
