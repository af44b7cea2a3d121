import ArgumentParser
import Composition
import ProfileImages
import Storage
import SystemPackage

/// `portraitd status`: prints the amount of stored data, and recent errors.
struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the amount of stored data, pending work, and recent errors.",
        discussion: """
            Deliveries that were given up are sent again by portraitd webhook replay --dead. Removals are the files of \
            replaced and deleted pictures that could not be removed at once; they are tried again.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    private struct Report: Encodable {
        let statistics: Statistics
        let freeBytes: Int?
    }

    func run() throws {
        let settings = try options.settings()
        let report = Report(
            statistics: try SQLiteMetadataStore(settings, for: .reading).read { try $0.statistics() },
            freeBytes: try FileObjectStore(root: FilePath(settings.statePath)).freeBytes
        )
        print(json ? try JSONLine.text(report) : Self.text(report))
    }

    private static func text(_ report: Report) -> String {
        let all = report.statistics
        let rows = [
            ("users", "\(all.users)"),
            ("pictures", "\(all.currentImages) current, \(all.replacedImages) replaced, \(size(all.imageBytes))"),
            ("documents", "\(all.documents), \(size(all.documentBytes))"),
            ("database", "\(size(all.databaseBytes)), \(all.events) events"),
            ("free space", report.freeBytes.map(size) ?? "unknown"),
            ("deliveries", "\(all.pendingDeliveries) waiting, \(all.deadDeliveries) given up"),
            ("imports", "\(all.pendingImports) waiting"),
            ("removals", "\(all.pendingRemovals) waiting"),
        ]
        let failures = all.failures.map { "\($0.time?.iso8601 ?? "now")\t\($0.what)\t\($0.reason)" }
        return rows.map { "\($0.0)\t\($0.1)" }.joined(separator: "\n")
            + (failures.isEmpty ? "" : "\n\nrecent errors:\n" + failures.joined(separator: "\n"))
    }

    private static func size(_ bytes: Int) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var (value, unit) = (Double(bytes), 0)
        while value >= 1024, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
        return unit == 0 ? "\(bytes) B" : "\((value * 10).rounded() / 10) \(units[unit])"
    }
}
