/// Where pictures of users are to be had.
package struct PictureURLs: Equatable, Sendable {
    /// What all URLs begin with, without a slash at its end; empty makes them relative to the service's own.
    package let base: String
    /// What is shown of users without an image.
    package let defaultImage: DefaultImage

    package init(base: String, defaultImage: DefaultImage = DefaultImage(.none, side: 0)) {
        self.base = base
        self.defaultImage = defaultImage
    }

    /// The URL of what is to be shown of a user; nil when nothing is.
    func url(of profile: Profile) -> String? {
        profile.attributes.picture?.rawValue
            ?? profile.image.map { "\(base)\($0.path)" }
            ?? defaultImage.url(of: profile.userID, name: profile.attributes.name, baseURL: base)
    }
}
