import Foundation
import ProfileImages
import Storage
import TestSupport
import Testing

@Suite struct TransactionTests {
    private let folder: TemporaryFolder
    private let store: any MetadataStore
    private let users: [UserID]

    init() throws {
        folder = try TemporaryFolder()
        store = try TestStore.make(in: folder)
        users = try ["alice", "bob", "carol"].map { try #require(UserID(rawValue: $0)) }
    }

    private func create(_ user: UserID, failing: Bool = false, in transaction: any WriteTransaction) throws {
        _ = try transaction.updateProfile(of: user, creation: .onFirstUse, by: .test, at: .now) {
            $0.userName = user.rawValue
        }
        if failing { throw CancellationError() }
    }

    private func known(_ transaction: any ReadTransaction) throws -> [String] {
        try transaction.profiles(ProfileQuery(limit: 9)).profiles.map(\.userID.rawValue)
    }

    @Test func `a transaction reads its own writes, others see all of them or none`() throws {
        try store.write { transaction in
            try create(users[0], in: transaction)
            #expect(try known(transaction) == ["alice"])
            #expect(try store.read(known).isEmpty)
            try create(users[1], in: transaction)
        }
        #expect(try store.read(known) == ["alice", "bob"])
        #expect(throws: CancellationError.self) {
            try store.write { try create(users[2], failing: true, in: $0) }
        }
        #expect(try store.read(known) == ["alice", "bob"])
        #expect(try store.read { try $0.events(after: 0, limit: 9) }.count == 2)
    }

    @Test func `a failed savepoint undoes only its own changes`() throws {
        try store.write { transaction in
            try create(users[0], in: transaction)
            do {
                try transaction.savepoint {
                    try create(users[1], in: transaction)
                    try create(users[2], failing: true, in: transaction)
                }
                Issue.record("nothing was thrown")
            } catch is CancellationError {}
            #expect(try known(transaction) == ["alice"])
            try transaction.savepoint { try create(users[2], in: transaction) }
        }
        #expect(try store.read(known) == ["alice", "carol"])
        #expect(try store.read { try $0.auditRecords(of: nil, after: 0, limit: 9) }.count == 2)
    }

    @Test func `the reads of a transaction see one snapshot`() throws {
        try store.write { try create(users[0], in: $0) }
        // A change comes between the reads of the same transaction.
        for number in 0..<3 {
            var runs = 0
            let (first, second, third) = try store.read { transaction in
                runs += 1
                let first = try known(transaction)
                if number == 0, runs == 1 { try store.write { try create(users[1], in: $0) } }
                let second = try known(transaction)
                if number == 1, runs == 1 { try store.write { try create(users[2], in: $0) } }
                return (first, second, try known(transaction))
            }
            #expect(first == second && second == third)
        }
        #expect(try store.read(known) == ["alice", "bob", "carol"])
    }

    @Test func `an error of a read is thrown, and the next read works`() throws {
        #expect(throws: CancellationError.self) {
            try store.read { transaction in
                _ = try known(transaction)
                _ = try known(transaction)
                throw CancellationError()
            }
        }
        #expect(try store.read(known).isEmpty)
        try store.write { try create(users[0], in: $0) }
        #expect(try store.read(known) == ["alice"])
    }

    @Test func `a nested write transaction is refused and ends nothing`() throws {
        try store.write { transaction in
            try create(users[0], in: transaction)
            #expect(throws: StoreError.self) { try store.write { try create(users[1], in: $0) } }
        }
        try store.write { try create(users[2], in: $0) }
        #expect(try store.read(known).contains("carol"))
    }
}
