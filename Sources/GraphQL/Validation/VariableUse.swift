/// A place where a variable stands. Two are the same that ask for the same, wherever they stand.
struct VariableUse: Hashable {
    let name: String
    /// What is wanted there; nil within a scalar that only the service knows.
    let type: TypeReference?
    /// Whether the place has a value of its own when the variable has none.
    let hasDefault: Bool
    let location: Location

    static func == (one: VariableUse, other: VariableUse) -> Bool {
        one.name == other.name && one.type == other.type && one.hasDefault == other.hasDefault
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(type)
        hasher.combine(hasDefault)
    }

    /// §5.8.5
    func allows(_ definition: VariableDefinition) -> Bool {
        guard let type else { return true }
        guard type.isNonNull, !definition.type.isNonNull else { return definition.type.fits(type) }
        let isNeverNull = definition.defaultValue.map { $0 != .null } ?? false
        return (isNeverNull || hasDefault) && definition.type.fits(type.nullable)
    }
}
