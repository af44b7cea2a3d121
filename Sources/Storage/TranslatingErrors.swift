import FoundationEssentials
import ProfileImages
import SystemPackage

/// Runs `body` and turns what the system says into the domain's words.
func translatingErrors<Result>(_ body: () throws -> Result) throws(ObjectStoreError) -> Result {
    do {
        return try body()
    } catch Errno.noSpace, Errno.diskQuotaExceeded {
        throw .full
    } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
        throw .full
    } catch {
        throw .unavailable("\(error)")
    }
}
