import ArgumentParser
import Bulk
import FoundationEssentials
import Logging
import ProfileImages
import Server
import Storage

/// `portraitd export`: everyone with all that is kept of them, in a folder.
struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write all users, pictures and documents to a folder, for portraitd import.",
        discussion: """
            The service may serve meanwhile: each user is written as they are at one moment. An export that was \
            interrupted is finished by running it anew. Keys, events and the audit stay here.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Print what came of it as a JSON object.")
    var json = false

    @Argument(help: "The folder; it is made where it is not there.", completion: .directory)
    var folder: String

    func run() throws {
        let settings = try options.settings()
        let workshop = try Workshop(settings, for: .writing, logger: Logger(settings))
        let export = FolderExport(to: folder, service: workshop.services.bulk, by: .command("export"))
        guard !export.isFinished else {
            throw ExitCode.failure.because("\(folder) holds an export that is finished; choose another folder.")
        }
        var bar = ProgressBar(total: try workshop.stores.metadata.read { try $0.profileCount(ProfileQuery(limit: 0)) })
        let report = try explaining { try export.run { bar.advance(by: $0 - bar.count) } }
        bar.finish()
        try report.finish("users exported", asJSON: json)
    }
}
