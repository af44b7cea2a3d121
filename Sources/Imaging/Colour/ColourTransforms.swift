import Synchronization

/// The transforms used last: a few profiles come with nearly all pictures, and making a transform takes longer than
/// its use.
final class ColourTransforms: Sendable {
    private struct Entry {
        let space: ColourSpace
        let transform: ColourTransform?
    }

    // A transform for ink takes 2 MB with its profile, others a few kB.
    private static let limit = 8

    private let entries = Mutex<[Entry]>([])

    /// Nothing where there is nothing to convert.
    func toSRGB(from space: ColourSpace?) -> ColourTransform? {
        guard let space else { return nil }
        if let entry = used(space) { return entry.transform }
        // Made outside of the lock: two threads may do so at once, which costs time but no harm.
        let entry = Entry(space: space, transform: ColourTransform(toSRGBFrom: space))
        entries.withLock { entries in
            entries.removeAll { $0.space == space }
            entries = entries.suffix(Self.limit - 1) + [entry]
        }
        return entry.transform
    }

    /// The same for pixels of 16 bits, where `isDeep`.
    func toSRGB(from space: ColourSpace?, isDeep: Bool) -> ColourTransform? {
        guard isDeep, let space else { return toSRGB(from: space) }
        return toSRGB(from: space) == nil ? nil : ColourTransform(toSRGBFromDeep: space)
    }

    private func used(_ space: ColourSpace) -> Entry? {
        entries.withLock { entries in
            guard let index = entries.firstIndex(where: { $0.space == space }) else { return nil }
            let entry = entries.remove(at: index)
            entries.append(entry)
            return entry
        }
    }

    var count: Int { entries.withLock(\.count) }
}
