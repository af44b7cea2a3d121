package import FoundationEssentials

/// What is counted and mended over several tables.
package protocol MaintenanceReading {
    /// How much there is of everything.
    func statistics() throws -> Statistics

    /// Whether a delivery, a paused webhook or an import is due only after `horizon`.
    func hasAnythingDue(after horizon: Date) throws -> Bool
}

package protocol MaintenanceWriting {
    /// Makes due at `time` what is due only after `horizon`.
    /// - Returns: how much that was.
    func hasten(whatIsDueAfter horizon: Date, to time: Date) throws -> Int

    /// Deletes the rows about a user beside profile, media, staged images and audit.
    /// - Returns: how many of each kind, by the names that an erasure's receipt gives them.
    func deleteRecords(of user: UserID) throws -> [String: Int]
}
