import Imaging
import ProfileImages

/// A profile image as JSON.
struct ProfileImageResource {
    let image: ProfileImage
    /// The available variants.
    let output: ImageOutput
    /// The URL before `/images/`, without a slash at the end.
    let baseURL: String

    /// The members in alphabetical order.
    ///
    /// `srcset` is a value for the HTML attribute: every side, in the format that suits the browser.
    var json: [UInt8] {
        let folder = JSONText.escaped("\(baseURL)\(image.folderPath)/")
        let variants = output.sides.count * output.formats.count
        var text = JSONText(capacity: 512 + (variants + output.sides.count + 1) * (folder.count + 64))
        text.object { text in
            text.name("byteCount")
            text.integer(image.variant.byteCount)
            text.name("createdAt")
            text.string(image.createdAt.iso8601)
            text.name("etag")
            text.string(EntityTag.of(image, as: .json).rawValue)
            text.name("format")
            text.string(image.variant.format.rawValue)
            text.name("height")
            text.integer(image.variant.side)
            text.name("id")
            text.string(image.id.rawValue)
            text.name("imageUrl")
            write(folder, String(image.variant.side), image.variant.format, to: &text)
            text.name("srcset")
            text.string { text in
                var separator = ""
                for side in output.sides.map(String.init) {
                    text.append(separator)
                    text.append(escaped: folder)
                    text.append(side)
                    text.append(" ")
                    text.append(side)
                    text.append("w")
                    separator = ", "
                }
            }
            text.name("userId")
            text.string(image.userID.rawValue)
            text.name("variants")
            text.array { text in
                for side in output.sides {
                    let name = String(side)
                    for format in output.formats {
                        text.object { text in
                            text.name("format")
                            text.string(format.rawValue)
                            text.name("side")
                            text.integer(side)
                            text.name("url")
                            write(folder, name, format, to: &text)
                        }
                    }
                }
            }
            text.name("width")
            text.integer(image.variant.side)
        }
        return text.bytes
    }

    /// Writes the URL of a variant.
    private func write(_ folder: [UInt8], _ side: String, _ format: ImageFormat, to text: inout JSONText) {
        text.string { text in
            text.append(escaped: folder)
            text.append(side)
            text.append(".")
            text.append(format.fileExtension)
        }
    }
}

/// The beginning of URLs in responses.
struct PublicURL: Sendable {
    /// `scheme://host[:port][/path]`; nil uses the request's own.
    let fixed: String?

    /// Returns the URL without a slash at the end.
    /// - Throws: a problem with status 400.
    func base(for request: Request) throws(Problem) -> String {
        guard let base = fixed ?? request.origin else {
            throw .badRequest("The request has no valid Host header to make image URLs from.")
        }
        return base
    }
    /// Returns `host[:port]` of a URL in the form that clients send in `Host`: RFC 9110 §7.2, without the scheme's
    /// default port.
    static func authority(of url: String) -> String {
        let parts = url.split(separator: "://", maxSplits: 1)
        let authority = (parts.last ?? "").prefix { $0 != "/" }
        let ownPort = parts.first == "https" ? ":443" : ":80"
        return String(authority.hasSuffix(ownPort) ? authority.dropLast(ownPort.count) : authority)
    }
}
