extension ScanBits {
    /// The next number; nothing where no code comes.
    @inline(__always) mutating func number(_ table: HuffmanTable) -> Int? {
        fill()
        guard let entry = entry(table) else { return nil }
        let value = entry.number(in: word)
        drop(entry.length)
        return value
    }

    /// Hands over the coefficients of a block but its first (ITU-T T.81 §F.2.2.2), each with its place in the order of the
    /// file, or the place `HuffmanTable.endOfBlock` or more; says false where no code comes, or one for a place that there
    /// is not.
    @inline(__always)
    mutating func coefficients(_ table: HuffmanTable, _ take: (_ place: Int, _ value: Int) -> Void) -> Bool {
        var place = 0
        while place < 63 {
            fill()
            let pair = unsafe table.pairs.span[unchecked: Int(truncatingIfNeeded: word &>> HuffmanTable.lookupShift)]
            let middle = place &+ Int(pair.firstPlaces)
            if pair.length != 0, middle < 63 {
                take(middle, Int(pair.first))
                place = middle &+ Int(pair.secondPlaces)
                take(place, Int(pair.second))
                drop(UInt64(pair.length))
            } else {
                guard let entry = entry(table) else { return false }
                place &+= entry.places
                take(place, entry.number(in: word))
                drop(entry.length)
            }
        }
        return place == 63 || place >= HuffmanTable.endOfBlock
    }

    /// What the code says that comes next, of at least 16 bits; nothing where none comes.
    @inline(__always) func entry(_ table: HuffmanTable) -> HuffmanTable.Entry? {
        let short = unsafe table.lookup.span[unchecked: Int(truncatingIfNeeded: word &>> HuffmanTable.lookupShift)]
        guard short.length == 0 else { return short }
        let long = table.longEntry(word)
        return long.length == 0 ? nil : long
    }
}
