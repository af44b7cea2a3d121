import ProfileImages

/// The result of an import or an export.
package struct BulkReport: Equatable, Encodable, Sendable {
    /// An item that was not imported or exported.
    package struct Refusal: Equatable, Encodable, Sendable {
        /// The file name or the line number.
        package let item: String
        /// The error code of the API, and its description.
        package let code: String
        package let reason: String
    }

    package var done = 0
    /// The number of items that exist already.
    package var skipped = 0
    package var refusals: [Refusal] = []
}

/// The result of processing one item.
enum BulkOutcome<Value: Sendable>: Sendable {
    case value(Value)
    /// The item exists already.
    case known
    case refused(any Error)
}

/// An outcome with the item's label for the report.
struct LabelledOutcome<Value: Sendable>: Sendable {
    let item: String
    let outcome: BulkOutcome<Value>
}

extension BulkReport {
    /// Stores the values of `outcomes` and counts all outcomes.
    /// - Parameter store: returns for each value the reason of a refusal, or nil.
    mutating func add<Value>(
        _ outcomes: [LabelledOutcome<Value>],
        store: ([Value]) throws -> [(any Error)?]
    ) throws {
        let values = outcomes.compactMap { if case .value(let value) = $0.outcome { value } else { nil } }
        var errors = try store(values)[...]
        for each in outcomes {
            switch each.outcome {
            case .known: skipped += 1
            case .refused(let error): refuse(each.item, because: error)
            case .value:
                if let error = errors.popFirst() ?? nil { refuse(each.item, because: error) } else { done += 1 }
            }
        }
    }

    mutating func refuse(_ item: String, because error: any Error) {
        let error = CodedError(error)
        refusals.append(Refusal(item: item, code: error.code, reason: error.detail))
    }
}
