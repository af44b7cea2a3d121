import FoundationEssentials
import Imaging
import ProfileImages

extension MediaItem {
    /// The value of `Content-Disposition`, RFC 6266 §4.
    var attachment: String {
        let name = name.isEmpty ? "\(id.rawValue).\(fileExtension)" : name
        // RFC 8187 §3.2.1: all but these is percent-encoded.
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~".utf8)
        let encoded = name.utf8.map { byte in
            allowed.contains(byte) ? String(UnicodeScalar(byte)) : "%\(byte.hexadecimal.uppercased())"
        }.joined()
        return "attachment; filename*=UTF-8''\(encoded)"
    }

    private var fileExtension: String {
        switch content {
        case .image(let image): image.variant.format.fileExtension
        case .document: "bin"
        }
    }
}
