package import FoundationEssentials

/// Which events are delivered once more.
package enum Replay: Equatable, Sendable {
    /// The one of this name.
    case event(String)
    /// Those that were given up.
    case dead
    /// All that happened at this time or later.
    case since(Date)
}
