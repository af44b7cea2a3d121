import ArgumentParser
import Bulk
import Composition
import FoundationEssentials
import Logging
import ProfileImages
import Server
import Storage

/// `portraitd export`: writes all users with all their data to a folder.
struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write all users, pictures and documents to a folder, for portraitd import.",
        discussion: """
            The service may run in the meantime: each user is exported in the state of one moment. To continue an \
            interrupted export, run the command again. API keys, events and the audit are not exported.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Print the result as a JSON object.")
    var json = false

    @Argument(help: "The folder; it is created if it does not exist.", completion: .directory)
    var folder: String

    func run() throws {
        let settings = try options.settings()
        let workshop = try Workshop(settings, for: .writing, logger: Logger(settings))
        let export = FolderExport(to: folder, service: workshop.services.bulk, by: .command("export"))
        guard !export.isFinished else {
            throw ExitCode.failure.because("\(folder) already holds a complete export; choose another folder.")
        }
        var bar = ProgressBar(total: try workshop.stores.metadata.read { try $0.profileCount(ProfileQuery(limit: 0)) })
        let report = try explaining { try export.run { bar.advance(by: $0 - bar.count) } }
        bar.finish()
        try report.finish("users exported", asJSON: json)
    }
}
