/// Where pictures of users are to be had.
package struct PictureURLs: Equatable, Sendable {
    /// What all URLs begin with, without a slash at its end; empty makes them relative to the service's own.
    package let base: String
    /// What is shown of users without an image.
    package let defaultImage: DefaultImage

    package let pseudonyms: Pseudonyms

    package init(base: String, defaultImage: DefaultImage, pseudonyms: Pseudonyms) {
        self.base = base
        self.defaultImage = defaultImage
        self.pseudonyms = pseudonyms
    }

    /// The same ones with another beginning.
    package func below(_ base: String) -> PictureURLs {
        PictureURLs(base: base, defaultImage: defaultImage, pseudonyms: pseudonyms)
    }

    /// The URL of what is to be shown of a user; nil when nothing is.
    func url(of profile: Profile) -> String? {
        profile.attributes.picture?.rawValue
            ?? profile.image.map { "\(base)\($0.path)" }
            ?? defaultImage.url(
                of: profile.userID,
                name: profile.attributes.name,
                pseudonyms: pseudonyms,
                baseURL: base
            )
    }
}
