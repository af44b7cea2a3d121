import Foundation

/// Checks the files and the database of an idle installation.
struct Inventory {
    let instance: Instance
    /// The tokens of all users.
    let tokens: [String]

    /// Makes all files old enough for the garbage collection, collects the unreferenced ones, and checks the rest.
    /// - Returns: the faults, and the number of collected files and folders.
    func faults() throws -> (faults: [String], collected: Int) {
        let folders = ["public", "masters", "documents"].map { "\(instance.folder)/\($0)" }
            .filter { FileManager.default.fileExists(atPath: $0) }
        _ = try Project.output("/usr/bin/find", folders + ["-exec", "touch", "-d", "7 days ago", "{}", "+"])
        // A start removes the files of tombstones.
        instance.stop()
        try instance.start()
        let collected = try portraitd("gc", "--delete").split(separator: "\n").count - 1
        var faults = try faultsOnDisk(in: folders)
        let verified = try portraitd("verify", "--deep")
        if !verified.hasSuffix(" 0 findings, 0 mended") { faults.append("verify: \(verified)") }
        let database = "\(instance.folder)/portraitd.sqlite"
        let checks = ["PRAGMA integrity_check", "PRAGMA foreign_key_check"]
        let checked = try Project.output("/usr/bin/sqlite3", [database, ".timeout 5000"] + checks)
        if checked != "ok" { faults.append("the database: \(checked)") }
        return (faults, collected)
    }

    /// Compares the files on the disk with the media lists of all users.
    private func faultsOnDisk(in folders: [String]) throws -> [String] {
        let listed = try tokens.reduce(into: Set<String>()) { listed, token in
            let list = try instance.curl("/media?limit=500", token: token)
            let items = try JSONSerialization.jsonObject(with: list.body) as? [[String: Any]] ?? []
            listed.formUnion(items.compactMap { $0["identifier"] as? String })
        }
        let paths = folders.flatMap { folder in
            (FileManager.default.subpaths(atPath: folder) ?? []).map { "\(folder)/\($0)" }
        }
        let names = paths.map { (path: $0, name: URL(filePath: $0).lastPathComponent) }
        let stored = Set(names.map(\.name).filter { $0.count == 32 })
        return names.filter { $0.name.hasPrefix(".") }.map { "\($0.path) was left behind" }
            + stored.subtracting(listed).map { "the files of \($0) are nobody's" }
            + listed.subtracting(stored).map { "the files of \($0) are lost" }
    }

    private func portraitd(_ arguments: String...) throws -> String {
        // Without the variables of `FaultPlan`.
        let environment = instance.environment.filter { $0.key.hasPrefix("PORTRAITD_") }
        return try Project.output(Project.portraitd, arguments, environment: environment)
    }
}
