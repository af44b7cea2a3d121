import ArgumentParser
import Composition
import FoundationEssentials
import Logging
import ProfileImages
import Server
import Storage

/// `portraitd render`: renders the variants of all images again.
struct Render: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Render the variants of all images again, after a change of the settings.",
        discussion: """
            Renders the default variant of every image from its master, and removes the other variants: their next \
            request renders them. Restart the service first, so that it uses the new settings too. It may run in the \
            meantime.
            """
    )

    private static let batch = 256

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Render every side in every format now.")
    var all = false

    @Flag(help: "Print the result as a JSON object.")
    var json = false

    func run() throws {
        let settings = try options.settings()
        let logger = Logger(settings)
        let workshop = try Workshop(settings, for: .writing, logger: logger)
        var bar = ProgressBar(total: try workshop.stores.metadata.read { try $0.imageCount() })
        var failures = 0
        var last: MediaID?
        while let images = try batch(after: last, of: workshop) {
            for image in images {
                do {
                    try workshop.services.variants.renew(image, eagerly: all)
                } catch {
                    failures += 1
                    logger.error(
                        "an image was not rendered",
                        metadata: ["image": "\(image.id.rawValue)", "cause": "\(error)"]
                    )
                }
                bar.advance()
            }
            last = images.last?.id
        }
        bar.finish()
        let rendered = bar.count - failures
        print(
            json
                ? try JSONLine.text(["rendered": rendered, "failed": failures])
                : "\(rendered) images rendered, \(failures) failed"
        )
        guard failures == 0 else { throw ExitCode.failure }
    }

    private func batch(after id: MediaID?, of workshop: Workshop) throws -> [ProfileImage]? {
        let images = try workshop.stores.metadata.read { try $0.images(after: id, limit: Self.batch) }
        return images.isEmpty ? nil : images
    }
}
