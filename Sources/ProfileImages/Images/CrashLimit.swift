import Imaging
import Synchronization

/// Refuses pictures from a credential for 10 minutes after three of its pictures crashed decoders within a minute.
///
/// Each crash costs a process, and may be a search for a vulnerability. Each process counts only its own crashes.
package final class CrashLimit: Sendable {
    /// Too many pictures of the credential have crashed decoders.
    package struct Exceeded: Error, Equatable {
        /// The remaining time of the refusal in whole seconds, rounded up.
        package let seconds: Int
    }

    private static let mostCrashes = 3
    private static let window = Duration.seconds(60)
    private static let lockout = Duration.seconds(600)
    /// The number of credentials above which expired records are deleted.
    private static let mostCredentials = 1000

    private struct Record {
        var crashes: [ContinuousClock.Instant] = []
        var lockedUntil: ContinuousClock.Instant?
    }

    private let records = Mutex<[String: Record]>([:])

    package init() {}

    /// The number of credentials that have a record.
    var count: Int { records.withLock(\.count) }

    /// Checks that pictures of the credential are accepted.
    /// - Throws: `Exceeded` if they are not.
    func check(_ credential: AuditActor, now: ContinuousClock.Instant = .now) throws {
        let credential = Self.key(credential)
        let end = records.withLock { $0[credential]?.lockedUntil }
        guard let end, now < end else { return }
        throw Exceeded(seconds: Int((now.duration(to: end) / .seconds(1)).rounded(.up)))
    }

    /// Counts a decoder crash against the credential.
    func note(_ credential: AuditActor, now: ContinuousClock.Instant = .now) {
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
            // Still too many records: the other records are deleted to bound the memory.
            if records.count > Self.mostCredentials { records = [credential: record] }
        }
    }

    private static func key(_ actor: AuditActor) -> String { "\(actor.credential.rawValue) \(actor.name)" }
}

extension ImageProcessor {
    /// Processes a picture into the files to store.
    /// - Parameter actor: the credential that a decoder crash counts against; nil counts no crash.
    /// - Throws: `CrashLimit.Exceeded` or `ImageError`; the reason of `decoderCrashed` names the picture's SHA-256.
    func process(_ picture: NewImage, by actor: AuditActor?, limitedBy crashes: CrashLimit) throws -> ProcessedImage {
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
