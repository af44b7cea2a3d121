extension ByteReader {
    /// The next marker of a JPEG, whatever stands before it, and where it ends: ITU-T T.81 §B.1.1.2.
    func nextMarker(from offset: Int) -> (marker: Int, end: Int)? {
        var offset = offset
        while let start = place(of: 0xFF, from: offset) {
            offset = start + 1
            while byte(at: offset) == 0xFF { offset += 1 }
            guard let code = byte(at: offset) else { return nil }
            offset += 1
            // A zero is stuffed behind a byte that is no marker: §F.1.2.3.
            if code != 0 { return (code, offset) }
        }
        return nil
    }
}
