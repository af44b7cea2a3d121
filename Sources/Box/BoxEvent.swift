/// What a person should know of the decoders' processes. The texts are for the log.
package enum BoxEvent: Equatable, Sendable {
    /// The template has ended, and with it all processes; another one is started.
    case templateEnded(String)
    /// No template could be started; it is tried again.
    case templateFailed(String)
    /// A process ended before it had a file.
    case spareEnded(String)
}
