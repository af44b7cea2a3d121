import HTTPTypes
import ProfileImages
import Synchronization

/// The resources `/me/export` and `/users/{id}/export`: data portability, GDPR article 20.
struct ExportHandlers: Sendable {
    let profiles: ProfileService
    let bulk: BulkService
    let media: MediaService
    let publicURL: PublicURL
    let urls: PictureURLs
    let limiter: ExportLimiter

    /// Answers with all data about the user as a tar archive.
    func get(_ request: Request, by principal: Principal) throws -> Response {
        let user = try request.user(for: principal)
        try principal.authorize(.read, on: user)
        guard let profile = try profiles.profile(of: user) else { throw CodedError.noUser }
        let archive = PersonalArchive(
            profile: profile,
            person: Person(profile, urls: urls.below(try publicURL.base(for: request))),
            identities: try bulk.exportedUser(user)?.identities ?? [],
            media: media
        )
        let slot = try limiter.take(user)
        try request.willTakeLong()
        var fields = CachePolicy.neverPrivate
        fields[.contentType] = "application/x-tar"
        fields[.contentDisposition] = "attachment; filename=\"profile.tar\""
        return Response(
            .ok,
            headerFields: fields,
            rest: BodyStream { write in
                try archive.send(to: write)
                extendLifetime(slot)
            }
        )
    }
}

/// Limits the number of archives that are sent at the same time. Each holds a worker thread until the client has read
/// it.
final class ExportLimiter: Sendable {
    private static let mostOfUser = 2

    /// The right to send one archive. It ends when the object is released.
    final class Slot: Sendable {
        private let limiter: ExportLimiter
        private let user: UserID

        fileprivate init(_ limiter: ExportLimiter, _ user: UserID) {
            self.limiter = limiter
            self.user = user
        }

        deinit { limiter.leave(user) }
    }

    private let most: Int
    private let taken = Mutex<[UserID: Int]>([:])

    /// - Parameter most: the limit for all users together.
    init(most: Int) {
        self.most = most
    }

    /// - Throws: a problem with status 429 if the user has two exports already, or 503 if all users together have
    ///   reached the limit.
    func take(_ user: UserID) throws(Problem) -> Slot {
        try taken.withLock { taken throws(Problem) in
            guard taken[user, default: 0] < Self.mostOfUser else {
                throw Problem(
                    .tooManyRequests,
                    code: "too-many-exports",
                    "Two exports of this user are being sent. Try again when one of them has ended.",
                    limit: Self.mostOfUser,
                    headerFields: [.retryAfter: "10"]
                )
            }
            guard taken.values.reduce(0, +) < most else {
                throw Problem(
                    .serviceUnavailable,
                    code: "busy",
                    "Too many exports are being sent now. Try again.",
                    cause: "\(most) exports are being sent",
                    headerFields: [.retryAfter: "10"]
                )
            }
            taken[user, default: 0] += 1
        }
        return Slot(self, user)
    }

    private func leave(_ user: UserID) {
        taken.withLock { taken in
            taken[user, default: 1] -= 1
            if taken[user] == 0 { taken[user] = nil }
        }
    }
}
