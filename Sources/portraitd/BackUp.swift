import ArgumentParser
import Bulk
import ProfileImages
import Server
import Storage

/// `portraitd backup`: a copy of everything.
struct BackUp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the database and all pictures and documents to a folder.",
        discussion: """
            The service may serve meanwhile: the copy is as of the moment at which it began, without what was deleted since. \
            A folder that holds a backup already is brought up to date, and only what is new is copied. Secrets of the \
            configuration are not in it.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Print what came of it as a JSON object.")
    var json = false

    @Argument(help: "The folder; it is made where it is not there.", completion: .directory)
    var folder: String

    func run() throws {
        let stores = try Stores(options.settings(), for: .writing)
        let backup = Backup(of: stores.metadata, stores.objects, to: folder, by: .command("backup"))
        var bar = ProgressBar(total: try stores.metadata.read { try $0.mediaCount() })
        bar.announce("copying the database")
        let lost = try explaining { try backup.run { bar.advance() } }
        bar.finish()
        let report = CopyReport(media: bar.count - lost.count, lost: lost)
        print(json ? try JSONLine.text(report) : "\(report.media) media backed up")
        guard lost.isEmpty else {
            throw ExitCode.failure.because(lost.map { "The file \($0.rawValue) is missing." }.joined(separator: "\n"))
        }
    }
}
