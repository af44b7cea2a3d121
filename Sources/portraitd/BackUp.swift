import ArgumentParser
import Bulk
import Composition
import ProfileImages
import Storage

/// `portraitd backup`: copies the database and all files.
struct BackUp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the database and all pictures and documents to a folder.",
        discussion: """
            The service may run in the meantime: the backup has the state of the moment at which it began, without \
            files that were deleted since. If the folder holds a backup already, only new files are copied. The \
            backup does not contain the secrets of the configuration.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Print the result as a JSON object.")
    var json = false

    @Argument(help: "The folder; it is created if it does not exist.", completion: .directory)
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

/// The result of a backup or a restoration.
struct CopyReport: Encodable {
    /// The number of copied media items.
    let media: Int
    /// The keys of missing files.
    let lost: [ObjectKey]
}
