import Imaging
import ProfileImages

/// A profile image as JSON.
struct ProfileImageResource {
    let image: ProfileImage
    /// The variants that can be had.
    let output: ImageOutput
    /// What stands before `/images/`, without a slash at its end.
    let baseURL: String

    /// The members in the order of their names.
    ///
    /// `srcset` is a value for the attribute of that name in HTML: every side, in the format that suits the browser.
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

    /// The URL of a variant.
    private func write(_ folder: [UInt8], _ side: String, _ format: ImageFormat, to text: inout JSONText) {
        text.string { text in
            text.append(escaped: folder)
            text.append(side)
            text.append(".")
            text.append(format.fileExtension)
        }
    }
}
