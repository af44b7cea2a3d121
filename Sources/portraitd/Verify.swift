import ArgumentParser
import Composition
import FoundationEssentials
import Logging
import ProfileImages
import Server
import Storage

/// `portraitd verify`: compares the database with the files.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare the database with the files, and list what is missing, altered, damaged or unused.",
        discussion: """
            Reads every file that cannot be rendered again, and compares its digest. The service may run in the \
            meantime. Exits with 1 if it finds a fault that it does not repair.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Render damaged variants again.")
    var repair = false

    @Flag(
        help: "Also render and compare every variant. This takes long, and variants differ after a change of a library."
    )
    var deep = false

    @Flag(help: "Print one JSON object per line.")
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
