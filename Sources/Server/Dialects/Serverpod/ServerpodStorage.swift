import HTTPTypes
import Imaging
import ProfileImages

/// `/serverpod_cloud_storage`, of which nginx asks for what is not there, or not yet: it serves the other pictures itself.
struct ServerpodStorage: Sendable {
    let variants: VariantHandlers

    /// A URL outlives the sides and formats that there were when it was given out.
    func get(_ request: Request) throws -> Response {
        guard request.query("method") == "file" else { throw Problem.badRequest("No method name specified") }
        let path = request.query("path") ?? ""
        let output = variants.service.output
        try request.willTakeLong()
        guard let picture = ServerpodPicturePath(rawValue: path),
            let response = try variants.send(
                picture.image,
                side: output.side(atLeast: picture.side) ?? output.largestSide,
                format: output.formats.contains(picture.format) ? picture.format : output.defaultFormat
            )
        else { return .serverpod(.notFound, "File not found: \(path)") }
        return response
    }
}
