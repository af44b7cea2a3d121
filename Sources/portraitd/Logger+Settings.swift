import Logging
import Server
import Threads

extension Logger {
    /// Writes to standard error, from the level that the settings say.
    init(_ settings: Settings) {
        self.init(level: Reloadable(settings.logLevel))
    }

    /// Writes to standard error, from a level that may become another.
    init(level: Reloadable<Logger.Level>) {
        self.init(label: "portraitd") { _ in LogfmtHandler(level: level) }
    }
}
