import ArgumentParser
import Bulk
import FoundationEssentials
import Imaging
import Logging
import ProfileImages
import Server
import Storage

/// `portraitd import`: pictures of many users, or what an export has written.
struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Import pictures and profiles of many users, or restore an export.",
        discussion: """
            A folder of pictures, each called as its user is, percent-encoded as in a URL: auth0%7Cu1.jpg. Or a manifest \
            with a JSON object a line: {"user":"alice","file":"a/1.jpg","email":"alice@example.com"}; file lies below the \
            manifest's folder; name, crop, rating and the attributes of a profile may stand there too. Or a folder that \
            portraitd export has written: its users come back to the byte.

            The service may serve meanwhile. An import that was interrupted is finished by running it anew: what a user \
            was brought before is skipped. Exits with 1 when something was refused.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Do all but store anything.")
    var dryRun = false

    @Flag(help: "Import pictures also that an import has brought before.")
    var again = false

    @Flag(help: "Print what came of it as a JSON object.")
    var json = false

    @Argument(help: "The folder, or the manifest.", completion: .file())
    var path: String

    func run() throws {
        let settings = try options.settings()
        let source: ImportSource
        do {
            source = try ImportSource(path: path)
        } catch {
            throw ExitCode.failure.because("\(path) cannot be read.")
        }
        let services = try Workshop(settings, for: .writing, logger: Logger(settings)).services
        var bar = ProgressBar(total: source.count)
        bar.announce("working on the first of \(source.count)")
        let actor = Actor.command("import")
        let report = try explaining {
            source.kind == .export
                ? try Restoration(source, service: services.bulk, by: actor).run(isDry: dryRun) { bar.advance(by: $0) }
                : try PictureImport(source, service: services.bulk, maxBytes: settings.limits.maxBytes, by: actor)
                    .run(again: again, isDry: dryRun) { bar.advance(by: $0) }
        }
        bar.finish()
        try report.finish(dryRun ? "would be imported" : "imported", asJSON: json)
    }
}
