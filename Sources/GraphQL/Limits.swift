/// How much one request may ask for. A document of a few bytes can ask for a great deal.
package struct Limits: Sendable {
    /// Of a document. The introspection query of most clients has 400.
    package var tokens = 15_000
    /// How many characters a name has. Errors quote names.
    package var name = 1_000
    /// How many selection sets, values or types lie in each other, those of fragments counted where they are spread.
    package var depth = 64
    /// How many fields are looked at when every fragment of every operation is written out, and how many fields and parts of
    /// argument values a response may take.
    package var fields = 100_000
    /// How many errors are reported.
    package var errors = 100

    package init() {}
}
