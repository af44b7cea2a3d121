import Logging
import Server

extension Logger {
    /// Writes to standard error, from the level that the settings say.
    init(_ settings: Settings) {
        self.init(label: "portraitd") { _ in LogfmtHandler(logLevel: settings.logLevel) }
    }
}
