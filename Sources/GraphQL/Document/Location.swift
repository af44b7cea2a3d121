/// Where something stands in a document, counted from 1, as errors name it.
package struct Location: Hashable, Sendable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}
