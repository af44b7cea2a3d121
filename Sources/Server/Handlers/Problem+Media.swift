import HTTPTypes
import ProfileImages

extension Problem {
    static var badUserID: Problem {
        .badRequest("A user identifier has 1 to \(UserID.maxBytes) bytes and no control characters.")
    }

    /// The user has no image.
    static var noImage: Problem {
        Problem(.notFound, code: "no-image", "The user has no profile image.")
    }

    /// The user has no such media item.
    static var noMedia: Problem {
        Problem(.notFound, code: "no-media", "The user has no media item of this name.")
    }

    /// There is no such image, or it is not to be had in that size or format.
    static var noVariant: Problem {
        .notFound("There is no image at this path.")
    }
}
