/// A change was refused because the user's image is not the one that the client last saw.
package struct PreconditionFailure: Error, Equatable {
    /// The image that the user has now.
    package let current: MediaID?

    package init(current: MediaID?) {
        self.current = current
    }
}
