extension SQLDialect {
    /// sqlite.org/json1.html and sqlite.org/fts5.html.
    static let sqlite = SQLDialect(
        isMember: { "\($0) IN (SELECT value FROM json_each(\($1)))" },
        jsonText: { "\($0) ->> '$.\($1)'" },
        search: { "profile.id IN (SELECT rowid FROM profile_search WHERE profile_search MATCH \($0))" },
        searchTerms: fullTextTerms,
        hasObject: { column, array, key, text in
            "EXISTS (SELECT 1 FROM json_each(\(column), '$.\(array)') WHERE json_extract(value, '$.\(key)') = \(text))"
        },
        byteCount: "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    )

    /// An expression of FTS5 (§3) for rows that hold each word, or one that begins so.
    private static func fullTextTerms(_ words: String) -> String {
        words.unicodeScalars.split { $0.properties.isWhitespace }.map { word in
            var quoted = String.UnicodeScalarView("\"".unicodeScalars)
            // By scalars: with a combining mark behind it, a quotation mark is another character.
            for scalar in word {
                switch scalar {
                case "\"": quoted.append(contentsOf: "\"\"".unicodeScalars)
                // It would end the expression in the middle of a word.
                case "\0": quoted.append(" ")
                default: quoted.append(scalar)
                }
            }
            return "\(String(quoted))\"*"
        }.joined(separator: " ")
    }
}
