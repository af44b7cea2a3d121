package import Imaging
package import Logging
import ProfileImages

/// Everything that the operator can set, with its default.
package struct Settings: Sendable {
    /// The folder that holds the database and the public files.
    package let statePath: String
    /// Where the UNIX socket is made when none is inherited.
    package let socketPath: String
    /// How many requests are worked on at the same time.
    package let workers: Int
    /// `scheme://host[:port][/path]` that image URLs begin with; nil takes the request's own.
    package let publicURL: String?
    package let cors: CORSPolicy
    /// The systems whose clients are served beside portraitd's own.
    package let dialects: [DialectName]
    /// How many requests a secret key of Clerk's dialect may make within 10 seconds; 0 for any number.
    package let clerkRateLimit: Int
    package let authgear: AuthgearSettings
    package let pictureRules: PictureRules
    /// The secret of tokens signed by HS256.
    package let jwtSecret: String?
    /// The file with the public keys of tokens signed otherwise, RFC 7517.
    package let jwksPath: String?
    package let tokenPolicy: TokenPolicy
    /// Whether the web server's `REMOTE_USER` proves who the user is.
    package let trustsRemoteUser: Bool
    package let limits: ImageLimits
    /// How many bytes pictures may take at the same time, as uploads and while they are decoded.
    package let memoryBudget: Int
    /// How long an upload waits until there is memory for it.
    package let maxWait: Duration
    /// The program that decodes pictures; nil is the one that came with portraitd.
    package let decoderPath: String?
    package let output: ImageOutput
    package let profiles: ProfileSettings
    package let media: MediaSettings
    package let avatars: AvatarSettings
    package let events: EventSettings
    package let uploads: UploadSettings
    package let outgoing: OutgoingSettings
    package let serverpod: ServerpodSettings
    /// What the paths of the Profile Service begin with.
    package let profileServicePath: String
    package let logLevel: Logger.Level
    /// All of these as texts, in their order.
    package let effective: [EffectiveSetting]

    /// - Parameter readingSecrets: whether secrets are read, which may stand in files that only the service can read; without, they
    ///   are nil.
    /// - Throws: `SettingsFaults` with every fault that there is, not only the first.
    package init(_ source: SettingsSource, readingSecrets: Bool = true) throws(SettingsFaults) {
        var reader = SettingsReader(source, readingSecrets: readingSecrets)
        statePath = reader.path("PORTRAITD_STATE", default: "/var/lib/portraitd")
        socketPath = reader.path("PORTRAITD_SOCKET", default: "/run/portraitd/portraitd.sock")
        workers = reader.integer("PORTRAITD_WORKERS", in: 1...256, default: SettingsReader.defaultWorkers)
        publicURL = reader.baseURL("PORTRAITD_PUBLIC_URL")
        cors = CORSPolicy(allowedOrigins: Set(reader.list("PORTRAITD_CORS_ORIGINS")))
        dialects = reader.choices("PORTRAITD_DIALECTS", of: DialectName.allCases, default: [])
        pictureRules = reader.pictureRules()
        clerkRateLimit = reader.integer("PORTRAITD_CLERK_RATE_LIMIT", in: 0...1_000_000, default: 0)
        authgear = reader.authgear()
        jwtSecret = reader.secret("PORTRAITD_JWT_SECRET", minBytes: 32)
        jwksPath = reader.text("PORTRAITD_JWKS_FILE")
        tokenPolicy = TokenPolicy(
            issuer: reader.text("PORTRAITD_JWT_ISSUER"),
            audience: reader.text("PORTRAITD_JWT_AUDIENCE"),
            leeway: reader.integer("PORTRAITD_JWT_LEEWAY", in: 0...600, default: 30)
        )
        trustsRemoteUser = reader.boolean("PORTRAITD_REMOTE_USER", default: false)
        let takesHEIC = reader.boolean("PORTRAITD_HEIC", default: true)
        limits = ImageLimits(
            maxBytes: reader.integer("PORTRAITD_MAX_BYTES", in: 1024...104_857_600, default: ImageLimits().maxBytes),
            maxPixels: reader.integer("PORTRAITD_MAX_PIXELS", in: 1...1_000_000_000, default: ImageLimits().maxPixels),
            maxWidth: reader.integer("PORTRAITD_MAX_WIDTH", in: 1...1_000_000, default: ImageLimits().maxWidth),
            maxHeight: reader.integer("PORTRAITD_MAX_HEIGHT", in: 1...1_000_000, default: ImageLimits().maxHeight),
            maxAspect: reader.integer("PORTRAITD_MAX_ASPECT", in: 1...1_000_000, default: ImageLimits().maxAspect),
            maxFrames: reader.integer("PORTRAITD_MAX_FRAMES", in: 1...1_000_000, default: ImageLimits().maxFrames),
            formats: ImageFormat.allCases.filter { $0 != .heic || takesHEIC },
            maxSeconds: reader.integer("PORTRAITD_MAX_SECONDS", in: 1...40, default: ImageLimits().maxSeconds),
            strictJPEG: reader.boolean("PORTRAITD_STRICT_JPEG", default: ImageLimits().strictJPEG)
        )
        memoryBudget = reader.memoryBudget("PORTRAITD_MEMORY_BUDGET", maxBytes: limits.maxBytes)
        maxWait = .seconds(reader.integer("PORTRAITD_MAX_WAIT", in: 0...30, default: 10))
        decoderPath = reader.text("PORTRAITD_DECODER")
        output = reader.output()
        profiles = reader.profiles()
        media = reader.media()
        avatars = reader.avatars(side: output.largestSide)
        events = reader.events()
        uploads = reader.uploads()
        outgoing = reader.outgoing()
        serverpod = reader.serverpod()
        profileServicePath = reader.profileServicePath()
        logLevel = reader.choice("PORTRAITD_LOG_LEVEL", of: Logger.Level.allCases, default: .info)
        effective = reader.effective
        try reader.finish()
    }
}
