import HTTPTypes
import ProfileImages

extension Request {
    /// The path of the media list, as the client wrote it: `/media`, or `/users/{id}/media`.
    var mediaPath: String {
        path(through: "media")
    }

    /// The item in `…/media/{media}`; nil if it is not an identifier.
    var mediaID: MediaID? {
        parameters["media"].flatMap(MediaID.init(rawValue:))
    }

    /// The last item of the page before: `?after=`.
    /// - Throws: a problem with status 400.
    func mediaCursor() throws(CodedError) -> MediaID? {
        guard let text = query("after") else { return nil }
        guard let id = MediaID(rawValue: text) else {
            throw .badParameter("after", "is the identifier of a media item")
        }
        return id
    }

    /// The value of the first query item of this name, in whatever case.
    func query(ignoringCaseOf name: String) -> String? {
        target?.query.first { $0.name.lowercased() == name }?.value
    }
}

extension Upload {
    /// What to call the item: the form's field `name`, or else the file's name.
    var givenName: String {
        guard let field = fields["name"], field.utf8.count <= Self.maxNameBytes,
            !field.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return name }
        return field
    }
}

extension AdditionalType {
    /// - Throws: a problem with status 400.
    init(asked text: String?) throws(Problem) {
        guard let text else {
            throw .badRequest("Say what it is: ?AdditionalType=ProfileImage, or a form field of that name.")
        }
        guard let type = Self(rawValue: text) else {
            throw Problem(
                .badRequest,
                code: "bad-additional-type",
                "AdditionalType is ProfileImage in exactly this spelling, or another word of up to \(Self.maxBytes) ASCII "
                    + "letters, digits, hyphens and underscores for a document.",
                found: text
            )
        }
        self = type
    }
}
