import Foundation
import Testing

/// How a system call fails.
struct Fault: Sendable, CustomTestStringConvertible {
    /// A disk stays full for all that comes after.
    static let fullDisk = Self(error: ENOSPC, lasts: true)
    static let inputOutputError = Self(error: EIO, lasts: false)
    /// Only of the database's log: what was written may be stored all the same.
    static let unflushedLog = Self(error: EIO, lasts: false, call: "fdatasync")
    static let all = [fullDisk, inputOutputError, unflushedLog]

    let error: Int32
    /// Whether all calls after it fail, too.
    let lasts: Bool
    /// Which calls count; all when it is empty.
    var call = ""

    var testDescription: String { unsafe "\(String(cString: strerror(error))) \(call)" }
}
