import HTTPTypes

extension Problem {
    /// The user has no image.
    static var noImage: Problem {
        Problem(.notFound, code: "no-image", "The user has no profile image.")
    }
}
