import Foundation

/// What the answers that a user got say about what must be stored of them, and what may be.
struct Knowledge: Sendable {
    /// What `/events` and the webhook must tell, in this order; there may be more between.
    enum Mark: Hashable, Sendable {
        case picture(id: String)
        case removed
        case name(String)
        case erased
    }

    /// Which pictures the user may have, nil for none: more than one after a request that was not answered.
    private(set) var pictures: Set<Int?> = [nil]
    /// Those that a worker may still bring: it changes nothing that was set or removed after it was asked.
    private(set) var imports: Set<Int> = []
    private(set) var names: Set<String?> = [nil]
    /// Documents whose upload was answered, and whose removal was not.
    private(set) var documents: [String: Data] = [:]
    /// Those of them whose removal was asked for.
    private(set) var doubtful: Set<String> = []
    /// How many documents may be there whose identifiers nobody has heard of.
    private(set) var strays = 0
    /// Media that were removed, and that must be gone from the disk.
    private(set) var gone: Set<String> = []
    private(set) var history: [Mark] = []
    /// The identifier of the current picture, where the last that was heard of it is still true.
    private(set) var current: String?
    /// Whether an import was asked for since the user was made.
    private(set) var hasImported = false

    /// Whether the user may have this picture, nil for none.
    func allows(_ turn: Int?) -> Bool {
        pictures.contains(turn) || turn.map(imports.contains) ?? false
    }

    mutating func asks(forPicture turn: Int?) {
        pictures.insert(turn)
        current = nil
    }

    mutating func hasPicture(_ turn: Int, id: String?) {
        (pictures, imports) = ([turn], [])
        current = id
        if let id { history.append(.picture(id: id)) }
    }

    mutating func replaced(_ id: String?) {
        if let id { gone.insert(id) }
    }

    /// - Parameter had: whether there surely was one; only then an event must tell of it.
    mutating func hasNoPicture(had: Bool) {
        (pictures, imports, current) = ([nil], [], nil)
        if had { history.append(.removed) }
    }

    mutating func asksForImport(of turn: Int) {
        imports.insert(turn)
        current = nil
    }

    mutating func hasAskedForImport() {
        hasImported = true
    }

    mutating func asks(forName name: String) {
        names.insert(name)
    }

    mutating func hasName(_ name: String) {
        names = [name]
        history.append(.name(name))
    }

    mutating func asksForDocument() {
        strays += 1
    }

    mutating func hasDocument(_ id: String, _ bytes: Data) {
        strays -= 1
        documents[id] = bytes
    }

    mutating func asks(toRemove document: String) {
        doubtful.insert(document)
    }

    mutating func removed(_ document: String) {
        documents[document] = nil
        doubtful.remove(document)
        gone.insert(document)
    }

    mutating func asksForErasure() {
        pictures.insert(nil)
        names.insert(nil)
        doubtful.formUnion(documents.keys)
        // The events of before may be gone, and the imports.
        history = []
        hasImported = false
    }

    mutating func isErased(known: Bool) {
        let removed = gone.union(documents.keys).union(current.map { [$0] } ?? [])
        self = Knowledge()
        gone = removed
        if known { history = [.erased] }
    }

    /// What was seen when nothing was in progress is so from now on, but for imports.
    mutating func sees(picture turn: Int?, id: String?, name: String?, documents listed: Set<String>) {
        pictures = [turn]
        names = [name]
        current = imports.isEmpty ? id : nil
        let lost = doubtful.subtracting(listed)
        for id in lost { documents[id] = nil }
        gone.formUnion(lost)
        doubtful = []
    }
}
