import ArgumentParser
import Bulk

extension BulkReport {
    /// Prints the refusals and the sum, and ends the command with 1 when something was refused.
    func finish(_ verb: String, asJSON isJSON: Bool) throws {
        if isJSON {
            print(try JSONLine.text(self))
        } else {
            for refusal in refusals { print("refused\t\(refusal.item)\t\(refusal.code)\t\(refusal.reason)") }
            let already = skipped == 0 ? "" : ", \(skipped) here already"
            print("\(done) \(verb)\(already), \(refusals.count) refused")
        }
        guard refusals.isEmpty else { throw ExitCode.failure }
    }
}
