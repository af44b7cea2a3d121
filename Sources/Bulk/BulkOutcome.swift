import ProfileImages

/// What working on one item came to.
enum BulkOutcome<Value: Sendable>: Sendable {
    case value(Value)
    /// It is here already.
    case known
    case refused(any Error)
}

/// The same with what to call the item.
struct LabelledOutcome<Value: Sendable>: Sendable {
    let item: String
    let outcome: BulkOutcome<Value>
}

extension BulkReport {
    /// Stores the values of `outcomes` and counts all of them.
    /// - Parameter store: says for each value why it was refused, if it was.
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
