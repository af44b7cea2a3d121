import Avatars

/// An absolute http or https URL that a client may be sent to.
struct RedirectURL: Equatable {
    let rawValue: String
    /// In lower case, without a port.
    let host: String

    /// Returns nil for anything else, for credentials in it, and for characters that a `Location` must not have: RFC 3986 §2.
    init?(_ text: String) {
        guard let scheme = ["https://", "http://"].first(where: text.lowercased().hasPrefix),
            text.utf8.allSatisfy({ 0x21...0x7E ~= $0 && !"\"<>\\^`{|}".utf8.contains($0) })
        else { return nil }
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.prefix { $0 != ":" }
        let port = authority.dropFirst(host.count + 1)
        guard !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte), authority.count == host.count || UInt16(port) != nil
        else { return nil }
        rawValue = text
        self.host = host.lowercased()
    }

    /// The letters of a URL like `https://example.com/avatars/ab.png`, whose picture is their drawing: it is drawn here
    /// rather than fetched from there.
    var initials: Initials? {
        let parts = rawValue.split(separator: "/")
        guard parts.count == 4, parts[2] == "avatars", parts[3].hasSuffix(".png"),
            let letters = RequestTarget(rawValue: "/\(parts[3].dropLast(4))")?.segments.first, letters.count <= 2
        else { return nil }
        return Initials(text: letters)
    }

    /// A name or an IPv4 address: no brackets, and no `@` before which credentials would stand.
    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
