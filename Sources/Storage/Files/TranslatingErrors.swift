import Foundation
import ProfileImages
import SystemPackage

/// Runs `body` and turns what the system says into the domain's words. All other errors pass through.
func translatingErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch Errno.noSpace, Errno.diskQuotaExceeded {
        throw StoreError.full
    } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
        throw StoreError.full
    } catch let error as CocoaError {
        throw StoreError.unavailable(error.reason)
    } catch let error as Errno {
        throw StoreError.unavailable("\(error)")
    }
}

extension CocoaError {
    /// The file, and what is wrong with it: its description is meant for developers.
    fileprivate var reason: String {
        let cause = (underlying as? POSIXError).map { "\(Errno(rawValue: $0.code.rawValue))" } ?? localizedDescription
        return filePath.map { "\($0): \(cause)" } ?? cause
    }
}
