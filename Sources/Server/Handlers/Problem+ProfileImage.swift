import HTTPTypes

extension Problem {
    /// The user has no image.
    static var noImage: Problem {
        Problem(.notFound, code: "no-image", "The user has no profile image.")
    }

    /// There is no such image, or it is not to be had in that size or format.
    static var noVariant: Problem {
        .notFound("There is no image at this path.")
    }
}
