import HTTPTypes
import ProfileImages
import Synchronization

/// How many archives are sent at the same time: each holds a worker thread for as long as its reader takes.
final class ExportPlaces: Sendable {
    private static let mostOfUser = 2

    /// One archive that is being sent; its place is free again when nobody refers to it.
    final class Place: Sendable {
        private let places: ExportPlaces
        private let user: UserID

        fileprivate init(_ places: ExportPlaces, _ user: UserID) {
            self.places = places
            self.user = user
        }

        deinit { places.leave(user) }
    }

    private let most: Int
    private let taken = Mutex<[UserID: Int]>([:])

    /// - Parameter most: of all users together.
    init(most: Int) {
        self.most = most
    }

    /// - Throws: a problem with status 429 where the user has two already, or 503 where all users together have too many.
    func take(_ user: UserID) throws(Problem) -> Place {
        try taken.withLock { taken throws(Problem) in
            guard taken[user, default: 0] < Self.mostOfUser else {
                throw Problem(
                    .tooManyRequests,
                    code: "too-many-exports",
                    "Two exports of this user are being sent. Ask again when one of them has come to its end.",
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
        return Place(self, user)
    }

    private func leave(_ user: UserID) {
        taken.withLock { taken in
            taken[user, default: 1] -= 1
            if taken[user] == 0 { taken[user] = nil }
        }
    }
}
