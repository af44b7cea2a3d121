import Imaging
import Testing

@testable import Avatars

@Suite struct AvatarSeedTests {
    @Test func `numbers are the same for all time`() {
        var seed = AvatarSeed("alice")
        #expect((0..<8).map { _ in seed.next(below: 100) } == [10, 20, 11, 44, 29, 28, 11, 56])
    }

    @Test func `users who are named alike get all colours`() {
        var counts = [Int](repeating: 0, count: Palette.colours.count)
        for user in 0..<1600 {
            var seed = AvatarSeed("user-\(user)")
            counts[seed.next(below: counts.count)] += 1
        }
        #expect(counts.allSatisfy { 50...160 ~= $0 })
    }
}
