import FoundationEssentials
import ProfileImages

extension Actor {
    /// Whoever runs one of portraitd's commands, also by sudo(8).
    static func command(_ name: String) -> Actor {
        let process = ProcessInfo.processInfo
        return Actor(.command, name: "\(name) by \(process.environment["SUDO_USER"] ?? process.userName)")
    }
}
