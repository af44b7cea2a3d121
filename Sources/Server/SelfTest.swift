package import FastCGI
package import ProfileImages

/// Finds out whether this process can still do its work. A full or read-only disk is no failure here: a restart would not
/// help; readiness reports it.
package struct SelfTest: Sendable {
    /// Why the process should be restarted.
    package enum Failure: Error, Equatable {
        /// The workers do not accept requests any more.
        case notServing
        /// A request has been running for this long.
        case stuck(Duration)
    }

    private let server: FastCGIServer
    private let service: ProfileImageService

    package init(server: FastCGIServer, service: ProfileImageService) {
        self.server = server
        self.service = service
    }

    /// - Throws: `Failure`, or what the image pipeline or the metadata store throws.
    package func run() throws {
        guard server.isServing else { throw Failure.notServing }
        guard server.longestRunning < Self.longestRequest else { throw Failure.stuck(server.longestRunning) }
        try service.checkPipeline()
    }

    /// No picture that the limits allow takes nearly as long, and a silent client is given up after half of it.
    private static let longestRequest = Duration.seconds(60)
}
