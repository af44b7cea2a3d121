import ArgumentParser
import FoundationEssentials
import ProfileImages
import Server
import Storage

/// `portraitd gc`: files that nothing refers to.
struct CollectGarbage: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "List the files that nothing refers to, or remove them.",
        discussion: """
            A crash between storing a file and naming it leaves one behind; nobody can reach it. Only what is older than a \
            day counts: an upload may be in progress. The service may serve meanwhile.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Remove them: without this they are only listed.")
    var delete = false

    @Flag(help: "A JSON object a line.")
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
