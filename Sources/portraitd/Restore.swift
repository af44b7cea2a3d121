import ArgumentParser
import Bulk
import Composition
import ProfileImages

/// `portraitd restore`: restores a backup.
struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy a backup into the state folder, which must hold no database.",
        discussion: """
            Stop the service first, and move the content of the state folder away. Run the command as the service's \
            user, so that this user owns the files. Missing variants are rendered on their next request.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Print the result as a JSON object.")
    var json = false

    @Argument(help: "The folder of the backup.", completion: .directory)
    var folder: String

    func run() throws {
        let settings = try options.settings()
        let restoration = BackupRestoration(from: folder, to: settings.statePath, by: .command("restore"))
        do {
            var bar = ProgressBar()
            bar.announce("reading the backup")
            let lost = try explaining { try restoration.run(begin: { bar.total = $0 }, progress: { bar.advance() }) }
            bar.finish()
            let report = CopyReport(media: bar.count - lost.count, lost: lost)
            print(json ? try JSONLine.text(report) : "\(report.media) media restored, \(lost.count) lost")
            guard lost.isEmpty else {
                throw ExitCode.failure.because(
                    lost.map { "The backup lacks \($0.rawValue)." }.joined(separator: "\n")
                )
            }
        } catch let failure as BackupRestoration.Failure {
            throw ExitCode.failure.because(failure.reason(folder: folder, state: settings.statePath))
        }
    }
}

extension BackupRestoration.Failure {
    fileprivate func reason(folder: String, state: String) -> String {
        switch self {
        case .noBackup: "There is no backup in \(folder)."
        case .notEmpty: "There is a database in \(state) already: stop the service and move the folder's content away."
        case .damagedDatabase(let fault): "The backup's database is damaged: \(fault)"
        }
    }
}
