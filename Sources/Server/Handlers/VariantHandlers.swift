import HTTPTypes
import Imaging
import ProfileImages

/// The resource `/images/{id}/{variant}`: what nginx asks for when it finds no file of that name.
struct VariantHandlers: Sendable {
    let service: VariantService

    /// Has nginx send the variant, rendered now if it never was. A side between two of the settings leads to the larger.
    ///
    /// Whether there is such a variant is decided before the image is looked up: what can be asked for is bounded.
    func get(_ request: Request) throws -> Response {
        guard let id = request.parameters["id"].flatMap(MediaID.init(rawValue:)),
            let name = request.parameters["variant"].flatMap(VariantName.init),
            let side = service.output.side(atLeast: name.side)
        else { throw Problem.noVariant }
        guard name.isCanonical, side == name.side else {
            return Response(.found, headerFields: [.location: name.at(side), .cacheControl: "public, max-age=86400"])
        }
        let format = name.format ?? service.output.format(accept: request.head.headerFields[.accept])
        try request.willTakeLong()
        guard service.output.formats.contains(format), var response = try send(id, side: side, format: format) else {
            throw Problem.noVariant
        }
        if name.format == nil { response.headerFields[.vary] = "Accept" }
        return response
    }

    /// Has nginx send one of the output's variants; nil when there is no such image.
    func send(_ id: MediaID, side: Int, format: ImageFormat) throws -> Response? {
        guard let rendition = try service.variant(of: id, side: side, format: format) else { return nil }
        var fields: HTTPFields = [.contentType: format.mediaType]
        switch rendition {
        case .stored:
            return .delivery(service.delivery(of: id, side: side, format: format), headerFields: fields)
        case .unstored(let bytes):
            fields[.cacheControl] = "public, max-age=31536000, immutable"
            return Response(.ok, headerFields: fields, body: bytes)
        }
    }
}
