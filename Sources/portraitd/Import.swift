import ArgumentParser
import Bulk
import Composition
import FoundationEssentials
import Imaging
import Logging
import ProfileImages
import Server
import Storage

/// `portraitd import`: imports the pictures of many users, or restores an export.
struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Import pictures and profiles of many users, or restore an export.",
        discussion: """
            The source is a folder of pictures, each named after its user, percent-encoded as in a URL: \
            auth0%7Cu1.jpg. Or it is a manifest with one JSON object per line: \
            {"user":"alice","file":"a/1.jpg","email":"alice@example.com"}. The path in file is relative to the \
            manifest's folder; name, crop, rating and the attributes of a profile are optional. Or it is a folder \
            that portraitd export has written: its users are restored, with files that are identical byte for byte.

            The service may run in the meantime. To continue an interrupted import, run the command again: pictures \
            that it has stored already are skipped. Exits with 1 if an item was refused.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Check everything, but store nothing.")
    var dryRun = false

    @Flag(help: "Import pictures again that a previous import has stored.")
    var again = false

    @Flag(help: "Print the result as a JSON object.")
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
        let actor = AuditActor.command("import")
        let report = try explaining {
            source.kind == .export
                ? try Restoration(source, service: services.bulk, by: actor).run(isDry: dryRun) { bar.advance(by: $0) }
                : try PictureImport(
                    source,
                    service: services.bulk,
                    maxBytes: settings.service.limits.maxBytes,
                    by: actor
                )
                .run(again: again, isDry: dryRun) { bar.advance(by: $0) }
        }
        bar.finish()
        try report.finish(dryRun ? "would be imported" : "imported", asJSON: json)
    }
}

extension BulkReport {
    /// Prints the refusals and the totals, and ends the command with 1 if an item was refused.
    func finish(_ verb: String, asJSON isJSON: Bool) throws {
        if isJSON {
            print(try JSONLine.text(self))
        } else {
            for refusal in refusals { print("refused\t\(refusal.item)\t\(refusal.code)\t\(refusal.reason)") }
            let already = skipped == 0 ? "" : ", \(skipped) here already"
            print("\(done) \(verb)\(already), \(refusals.count) refused")
        }
        guard refusals.isEmpty else { throw ExitCode.failure }
    }
}
