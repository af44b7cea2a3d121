import Foundation
import GRDB
import ProfileImages
import SystemPackage

/// Runs `body` and turns what the system or SQLite says into the domain's words. The domain's own errors pass through.
func translatingErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let failure as PreconditionFailure {
        throw failure
    } catch {
        throw StoreError(error)
    }
}

extension StoreError {
    fileprivate init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case Errno.noSpace, Errno.diskQuotaExceeded: self = .full
        case let error as CocoaError where error.code == .fileWriteOutOfSpace: self = .full
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL: self = .full
        case let error as DatabaseError where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode): self = .busy
        default: self = .unavailable("\(error)")
        }
    }
}
