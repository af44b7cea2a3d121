import Foundation
import GRDB
import ProfileImages
import SystemPackage

/// Runs `body` and turns what the system or SQLite says into the domain's words. All other errors pass through.
func translatingErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch
        where error is Errno || error is CocoaError || error is DatabaseError
        || error is SQLRow.ForeignValue
    {
        throw StoreError(error)
    }
}

extension StoreError {
    fileprivate init(_ error: any Error) {
        switch error {
        case Errno.noSpace, Errno.diskQuotaExceeded: self = .full
        case let error as CocoaError where error.code == .fileWriteOutOfSpace: self = .full
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL: self = .full
        case let error as DatabaseError where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode): self = .busy
        case let error as CocoaError: self = .unavailable(error.reason)
        default: self = .unavailable("\(error)")
        }
    }
}

extension CocoaError {
    /// The file, and what is wrong with it: its description is meant for developers.
    fileprivate var reason: String {
        let cause = (underlying as? POSIXError).map { "\(Errno(rawValue: $0.code.rawValue))" } ?? localizedDescription
        return filePath.map { "\($0): \(cause)" } ?? cause
    }
}
