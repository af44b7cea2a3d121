import ArgumentParser
import Composition
import FoundationEssentials
import ProfileImages
import Storage

/// `portraitd gc`: lists or removes unreferenced files.
struct CollectGarbage: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "List or remove files that nothing refers to.",
        discussion: """
            A crash after a file is written, and before the database names it, leaves a file that no client can \
            reach. Only files that are older than a day are listed, because an upload may be in progress. The service \
            may run in the meantime.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Remove the files. Without this option they are only listed.")
    var delete = false

    @Flag(help: "Print one JSON object per line.")
    var json = false

    private struct Line: Encodable {
        let path: ObjectKey
        let isRemoved: Bool
    }

    func run() throws {
        let stores = try Stores(options.settings(), for: delete ? .writing : .reading)
        var bar = ProgressBar(total: ObjectKey.shards.count)
        var count = 0
        try explaining {
            try GarbageCollection(metadata: stores.metadata, objects: stores.objects).run(
                changedBefore: Date.now.addingTimeInterval(-GarbageCollection.minAge),
                removing: delete,
                progress: { bar.advance() },
                found: { path in
                    count += 1
                    bar.finish()
                    print(json ? try JSONLine.text(Line(path: path, isRemoved: delete)) : path.rawValue)
                }
            )
        }
        bar.finish()
        if !json { print("\(count) \(delete ? "removed" : "to remove; portraitd gc --delete removes them")") }
    }
}
