/// What databases say differently.
struct SQLDialect: Sendable {
    /// A condition: the value of the first is one of the JSON array of texts in the second.
    let isMember: @Sendable (_ value: String, _ array: String) -> String

    /// The text that a JSON object in a column has under a key.
    let jsonText: @Sendable (_ column: String, _ key: String) -> String

    /// A condition: the profile holds words as `searchTerms` gives them in the parameter.
    let search: @Sendable (_ parameter: String) -> String

    /// What `search` takes for words that a user has typed: each is the beginning of one that is searched for.
    let searchTerms: @Sendable (_ words: String) -> String

    /// A condition: one of the objects in the array, under a path of the JSON in a column, has this text under a key.
    let hasObject: @Sendable (_ column: String, _ array: String, _ key: String, _ text: String) -> String

    /// How many bytes the database takes on disk: a query.
    let byteCount: String
}
