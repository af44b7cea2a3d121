/// The fields selected of one object, those that share a place in the response together: §6.3.2.
struct FieldCollection {
    private(set) var groups: [(name: String, fields: [Selection.Field])] = []
    private var places: [String: Int] = [:]
    private var visited: Set<String> = []

    mutating func append(_ field: Selection.Field) {
        if let place = places[field.responseName] {
            groups[place].fields.append(field)
        } else {
            places[field.responseName] = groups.count
            groups.append((field.responseName, [field]))
        }
    }

    /// Whether a fragment was not looked at before.
    mutating func visit(_ fragment: String) -> Bool {
        visited.insert(fragment).inserted
    }
}
