import Imaging

/// What is stored of a processed picture, and where.
struct ImageFiles {
    /// What all variants are made of; the default variant itself when there are no others to make.
    let master: ObjectKey
    let variant: ProfileImage.Variant
    /// The master's.
    let digest: ContentDigest
    let all: [(bytes: [UInt8], key: ObjectKey)]

    init(_ processed: ProcessedImage, of id: MediaID) {
        let made = processed.variant
        let key = ObjectKey.variant(of: id, side: made.side, format: made.format)
        variant = .init(side: made.side, format: made.format, byteCount: made.bytes.count)
        digest = ContentDigest(of: processed.master?.bytes ?? made.bytes)
        guard let best = processed.master else {
            (master, all) = (key, [(made.bytes, key)])
            return
        }
        master = .master(of: id, format: best.format)
        all = [(best.bytes, master), (made.bytes, key)]
    }
}
