import Foundation

/// Waits until `condition` holds, up to `time`.
/// - Returns: whether it holds.
@discardableResult
package func waitUntil(within time: Duration = .seconds(60), _ condition: () throws -> Bool) rethrows -> Bool {
    let end = SuspendingClock.now + time
    while try !condition() {
        guard SuspendingClock.now < end else { return false }
        usleep(2_000)
    }
    return true
}
