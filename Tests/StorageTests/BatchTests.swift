import Foundation
import GRDB
import ProfileImages
@testable import Storage
import Testing

@Suite struct BatchTests {
    private let folder: TemporaryFolder
    private let store: SQLiteMetadataStore
    private let users: [UserID]

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteMetadataStore(path: "\(folder.path)/test.sqlite")
        users = try ["alice", "bob", "carol"].map { try #require(UserID(rawValue: $0)) }
    }

    private func create(_ user: UserID, failing: Bool = false) throws {
        _ = try store.updateProfile(of: user, creation: .onFirstUse, ifRevision: nil, by: .test, at: .now) {
            $0.userName = user.rawValue
            if failing { throw CancellationError() }
        }
    }

    private var known: [String] {
        get throws { try store.profiles(ProfileQuery(limit: 9)).profiles.map(\.userID.rawValue) }
    }

    @Test func `a batch is all there or not at all, and nobody sees a part of it`() throws {
        try store.batch {
            try create(users[0])
            #expect(try known.isEmpty)
            try create(users[1])
        }
        #expect(try known == ["alice", "bob"])
        #expect(throws: CancellationError.self) {
            try store.batch {
                try create(users[2])
                throw CancellationError()
            }
        }
        #expect(try known == ["alice", "bob"])
        #expect(try store.events(after: 0, limit: 9).count == 2)
    }

    @Test func `what fails inside a batch and is caught is undone alone`() throws {
        try store.batch {
            try create(users[0])
            do {
                try store.batch {
                    try create(users[1])
                    try create(users[2], failing: true)
                }
                Issue.record("nothing was thrown")
            } catch is CancellationError {}
            try create(users[2])
        }
        #expect(try known == ["alice", "carol"])
        #expect(try store.auditRecords(of: nil, after: 0, limit: 9).count == 2)
    }
}
