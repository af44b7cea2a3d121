import Bytes
import HTTPTypes
import Imaging
import ProfileImages

/// The resource `/images/{id}/{variant}`. nginx asks for a variant when its file does not exist.
struct VariantHandlers: Sendable {
    let service: VariantService

    /// Makes nginx send the variant, after rendering it if necessary. A side that is not in the settings redirects to
    /// the next larger side.
    ///
    /// The name of the variant is checked before the image is looked up, so the number of different requests is
    /// bounded.
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

    /// Makes nginx send a variant; nil if the image does not exist.
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

/// The last segment of a variant's path: `256.jpg`, or `256` if `Accept` decides the format.
struct VariantName {
    let side: Int
    let format: ImageFormat?
    /// Whether the name has no leading zeros.
    let isCanonical: Bool

    /// Returns nil if `segment` is not one to four digits, with or without the file extension of a format.
    init?(_ segment: String) {
        let parts = segment.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts[0].utf8
        guard 1...4 ~= digits.count, digits.allSatisfy(\.isASCIIDigit),
            let side = Int(parts[0])
        else { return nil }
        let named = parts.count == 2 ? ImageOutput.formats.first { $0.fileExtension == parts[1] } : nil
        guard parts.count == 1 || named != nil else { return nil }
        self.side = side
        format = named
        isCanonical = String(side) == parts[0]
    }

    /// Returns the name of the same picture with another side.
    func at(_ side: Int) -> String {
        format.map { "\(side).\($0.fileExtension)" } ?? String(side)
    }
}

extension ImageOutput {
    /// Chooses the format for an `Accept` header: AVIF or WebP if the header names it, otherwise JPEG or PNG. nginx's
    /// map makes the same choice.
    func format(accept: String?) -> ImageFormat {
        let named = Set(ParameterizedValue.list(accept ?? "").filter { $0.quality > 0 }.map(\.value))
        return [.avif, .webp].first { formats.contains($0) && named.contains($0.mediaType) }
            ?? [.jpeg, .png].first(where: formats.contains) ?? defaultFormat
    }
}
