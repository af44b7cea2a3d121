import Foundation
import Testing

/// The failure of a system call.
struct Fault: Sendable, CustomTestStringConvertible {
    /// A full disk: all later calls fail too.
    static let fullDisk = Self(error: ENOSPC, lasts: true)
    static let inputOutputError = Self(error: EIO, lasts: false)
    /// A failed flush of the database's log: the written data may be stored nevertheless.
    static let unflushedLog = Self(error: EIO, lasts: false, call: "fdatasync")
    static let all = [fullDisk, inputOutputError, unflushedLog]

    let error: Int32
    /// Whether all later calls fail too.
    let lasts: Bool
    /// The name of the calls that count; all calls count if it is empty.
    var call = ""

    var testDescription: String { unsafe "\(String(cString: strerror(error))) \(call)" }
}
