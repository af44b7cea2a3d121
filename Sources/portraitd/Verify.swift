import ArgumentParser
import FoundationEssentials
import Logging
import ProfileImages
import Server
import Storage

/// `portraitd verify`: whether the database and the files agree.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare the database with the files: what is missing, altered, damaged or of no use.",
        discussion: """
            Every file that cannot be made again is read and compared by its digest. The service may serve meanwhile. Ends \
            with 1 when something is wrong and was not mended.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Render variants again that are damaged.")
    var repair = false

    @Flag(
        help: "Render every variant and compare it, which takes long; a new version of a library may render otherwise."
    )
    var deep = false

    @Flag(help: "A JSON object a line.")
    var json = false

    func run() throws {
        let settings = try options.settings()
        let workshop = try Workshop(settings, for: repair ? .writing : .reading, logger: Logger(settings))
        let verification = verification(of: workshop)
        var bar = ProgressBar(total: try verification.stepCount())
        var (found, mended) = (0, 0)
        let checked = try explaining {
            bar.announce("reading the database")
            for fault in try workshop.stores.metadata.integrityFaults() {
                found += 1
                bar.finish()
                print(json ? try JSONLine.text(["kind": "database", "detail": fault]) : "database\t\(fault)")
            }
            return try verification.run {
                bar.advance()
            } found: { finding in
                found += 1
                mended += finding.isMended ? 1 : 0
                bar.finish()
                print(json ? try JSONLine.text(finding) : Self.text(finding))
            }
        }
        bar.finish()
        if !json { print("\(checked) media checked, \(found) findings, \(mended) mended") }
        guard found == mended else { throw ExitCode.failure }
    }

    private func verification(of workshop: Workshop) -> Verification {
        Verification(
            metadata: workshop.stores.metadata,
            objects: workshop.stores.objects,
            variants: workshop.services.variants,
            isDeep: deep,
            repairs: repair
        )
    }

    private static func text(_ finding: Finding) -> String {
        let owner = finding.user ?? "-"
        return "\(finding.kind.rawValue)\t\(owner)\t\(finding.path.rawValue)\t"
            + (finding.isMended ? "It was rendered again." : finding.mend)
    }
}
