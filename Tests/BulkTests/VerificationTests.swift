import Foundation
import Imaging
@testable import ProfileImages
import Server
import Storage
import SystemPackage
import Testing

@Suite struct VerificationTests {
    private let here: Deployment
    private let image: ProfileImage

    init() throws {
        here = try Deployment()
        image = try here.upload("alice")
        _ = try here.upload("bob")
    }

    private func findings(isDeep: Bool = false, repairs: Bool = false, now: Date = .now) throws -> [Finding] {
        var found: [Finding] = []
        try Verification(
            metadata: here.metadata,
            objects: FileObjectStore(root: FilePath(here.state)),
            variants: here.services.variants,
            isDeep: isDeep,
            repairs: repairs
        ).run(now: now) { found.append($0) }
        return found
    }

    private func path(_ key: ObjectKey) -> String {
        "\(here.state)/\(key.rawValue)"
    }

    private func change(_ key: ObjectKey, _ change: (inout Data) -> Void) throws {
        var bytes = try Data(contentsOf: URL(filePath: path(key)))
        change(&bytes)
        try bytes.write(to: URL(filePath: path(key)))
    }

    @Test(arguments: [false, true]) func `an intact installation has no findings`(_ isDeep: Bool) throws {
        _ = try here.services.variants.variant(of: image.id, side: 16, format: .jpeg)
        #expect(try findings(isDeep: isDeep) == [])
    }

    @Test func `a missing or changed master is reported with its user`() throws {
        try change(image.master) { $0[$0.count / 2] ^= 1 }
        #expect(try findings() == [Finding(kind: .altered, path: image.master, user: "alice")])
        try FileManager.default.removeItem(atPath: path(image.master))
        #expect(try findings(repairs: true) == [Finding(kind: .missing, path: image.master, user: "alice")])
    }

    @Test func `a changed document is reported`() throws {
        let document = try here.services.media.addDocument(
            [1, 2, 3],
            of: image.userID,
            type: try #require(AdditionalType(rawValue: "Passport")),
            name: "",
            mediaType: "application/pdf",
            by: .test
        )
        try change(document.key) { $0[1] = 9 }
        #expect(try findings() == [Finding(kind: .altered, path: document.key, user: "alice")])
    }

    @Test func `a missing or truncated variant is rendered again`() throws {
        try FileManager.default.removeItem(atPath: path(image.key))
        #expect(try findings() == [Finding(kind: .damagedVariant, path: image.key, user: "alice")])
        #expect(try findings(repairs: true).map(\.isMended) == [true])
        try change(image.key) { $0.removeLast(9) }
        #expect(try findings(repairs: true).map(\.kind) == [.damagedVariant])
        #expect(try findings(isDeep: true) == [])
    }

    @Test func `a changed byte in a variant is found by rendering`() throws {
        try change(image.key) { $0[$0.count - 9] ^= 0x10 }
        #expect(try findings() == [])
        #expect(try findings(isDeep: true).map(\.path) == [image.key])
    }

    @Test func `an old unreferenced file is found`() throws {
        let orphan = MediaID.random()
        try FileObjectStore(root: FilePath(here.state)).put([1], at: .document(orphan))
        #expect(try findings() == [])
        let tomorrow = Date.now.addingTimeInterval(GarbageCollection.minAge + 60)
        let finding = Finding(kind: .unreferenced, path: .document(orphan), user: nil)
        #expect(try findings(now: tomorrow) == [finding])
    }
}
