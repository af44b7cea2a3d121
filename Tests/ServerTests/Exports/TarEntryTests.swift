import Foundation
@testable import Server
import Testing

@Suite struct TarEntryTests {
    private func entry(_ path: String, _ content: [UInt8] = []) -> [UInt8] {
        let time = Date(timeIntervalSince1970: 1_795_339_505.6)
        let entry = TarEntry(path: path, modifiedAt: time, byteCount: content.count)
        return entry.header + content + entry.padding
    }

    private func text(_ bytes: [UInt8], _ range: Range<Int>) -> String {
        String(decoding: bytes[range].prefix { $0 != 0 }, as: UTF8.self)
    }

    @Test func `a header has every field of ustar, and the right checksum`() {
        let bytes = entry("a/b.json", [1, 2, 3])
        #expect(bytes.count == 1024)
        #expect(text(bytes, 0..<100) == "a/b.json")
        #expect(text(bytes, 100..<108) == "0000600")
        #expect(text(bytes, 124..<136) == "00000000003")
        #expect(Int(text(bytes, 136..<148), radix: 8) == 1_795_339_505)
        #expect(bytes[156] == UInt8(ascii: "0"))
        #expect(text(bytes, 257..<263) == "ustar")
        #expect(text(bytes, 263..<265) == "00")
        var blank = bytes.prefix(512)
        let sum = Int(text(bytes, 148..<155).trimmingCharacters(in: .whitespaces), radix: 8)
        for index in 148..<156 { blank[index] = UInt8(ascii: " ") }
        #expect(sum == blank.reduce(0) { $0 + Int($1) })
        #expect(bytes[512..<515] == [1, 2, 3])
    }

    @Test(arguments: [(0, 512), (1, 1024), (512, 1024), (513, 1536)])
    func `content is padded to whole blocks`(_ count: Int, _ size: Int) {
        #expect(entry("a", Array(repeating: 7, count: count)).count == size)
    }

    @Test(arguments: [
        String(repeating: "x", count: 100), String(repeating: "x", count: 101), "é", String(repeating: "é", count: 45),
        String(repeating: "é", count: 500),
    ])
    func `a path that does not fit the header is in a record before it`(_ path: String) {
        let bytes = entry(path)
        guard path.utf8.count > 100 || path.contains("é") else {
            #expect(bytes.count == 512)
            #expect(text(bytes, 0..<100) == path)
            return
        }
        #expect(bytes[156] == UInt8(ascii: "x"))
        let length = Int(text(bytes, 124..<136), radix: 8) ?? 0
        let record = String(decoding: bytes[512..<512 + length], as: UTF8.self)
        #expect(record == "\(length) path=\(path)\n")
        let plain = 512 + (length + 511) / 512 * 512
        #expect(bytes[plain + 156] == UInt8(ascii: "0"))
        #expect(bytes.count == plain + 512)
    }
}
