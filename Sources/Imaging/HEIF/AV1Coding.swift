/// How the pixels of an AV1 picture are coded, as its configuration box says: AV1-ISOBMFF §2.3.3.
struct AV1Coding {
    /// What dav1d and libavif keep of each pixel: the planes, and a little for themselves.
    let heldBytes: Int
    /// The bytes of a sample.
    let sampleBytes: Int

    /// Of the largest kind: 12 bits in 4:4:4.
    static let most = 7

    init(_ box: ByteReader) {
        let flags = box.byte(at: 2) ?? 0
        let (isDeep, isGrey) = (flags & 0x40 != 0, flags & 0x10 != 0)
        let (halvesColumns, halvesRows) = (flags & 0x08 != 0, flags & 0x04 != 0)
        // In halves: luma, and the two planes of chroma.
        let halves = isGrey ? 2 : halvesRows ? 3 : halvesColumns ? 4 : 6
        sampleBytes = isDeep ? 2 : 1
        heldBytes = (halves * sampleBytes + 1) / 2 + (isDeep ? 1 : 0)
    }
}
