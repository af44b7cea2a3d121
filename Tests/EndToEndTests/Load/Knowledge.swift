import Foundation

/// The state of a user as far as the answers prove it: data that must be stored, and data that may be.
struct Knowledge: Sendable {
    /// A change that `/events` and the webhook must report, in order; other events may come between.
    enum Mark: Hashable, Sendable {
        case picture(id: String)
        case removed
        case name(String)
        case erased
    }

    /// The pictures that the user may have, nil for none; several after an unanswered request.
    private(set) var pictures: Set<Int?> = [nil]
    /// The pictures that a worker process may still import. An import changes nothing that was set or removed after
    /// its request.
    private(set) var imports: Set<Int> = []
    private(set) var names: Set<String?> = [nil]
    /// The documents whose upload was answered and whose removal was not.
    private(set) var documents: [String: Data] = [:]
    /// The documents whose removal was requested but not answered.
    private(set) var doubtful: Set<String> = []
    /// The number of documents that may be stored with an unknown identifier.
    private(set) var strays = 0
    /// The removed media items, whose files must be gone.
    private(set) var gone: Set<String> = []
    private(set) var history: [Mark] = []
    /// The identifier of the current picture, if it is known for certain.
    private(set) var current: String?
    /// Whether an import was requested since the user was created.
    private(set) var hasImported = false

    /// Whether the user may have this picture; nil is no picture.
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

    /// - Parameter had: whether there certainly was a picture; only then an event must report the removal.
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
        // The earlier events and imports may be gone.
        history = []
        hasImported = false
    }

    mutating func isErased(known: Bool) {
        let removed = gone.union(documents.keys).union(current.map { [$0] } ?? [])
        self = Knowledge()
        gone = removed
        if known { history = [.erased] }
    }

    /// Takes the state of an idle service as certain, except for imports.
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
