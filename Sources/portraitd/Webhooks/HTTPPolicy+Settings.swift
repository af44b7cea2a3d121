import Curl
import Server
import Worker

extension HTTPPolicy {
    /// For webhooks, as the settings say.
    static func webhook(_ settings: Settings) -> HTTPPolicy {
        .webhook(userAgent: "portraitd/\(Release.version)", certificateFile: settings.outgoing.certificateFile)
    }
}
