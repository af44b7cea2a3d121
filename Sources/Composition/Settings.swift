package import Configuration
package import Curl
package import Logging
package import Server

/// Everything that the operator can set.
package struct Settings: Sendable {
    /// The folder of the database and of all files.
    package let statePath: String
    /// The path of the UNIX socket that is created if none is inherited.
    package let socketPath: String
    package let logLevel: Logger.Level
    /// The secret of HS256 tokens.
    package let jwtSecret: String?
    /// The file with the public keys of other tokens, RFC 7517.
    package let jwksPath: String?
    package let tokenPolicy: TokenPolicy
    /// Whether the web server's `REMOTE_USER` proves the user.
    package let trustsRemoteUser: Bool
    package let service: ServiceSettings
    /// The program that decodes pictures; nil for the installed program.
    package let decoderPath: String?
    package let worker: WorkerSettings
    /// All settings with their values, in reading order.
    package let effective: [EffectiveSetting]
    private let descriptions: [SettingDescription]

    /// - Parameter readingSecrets: whether secrets are read. If false, secrets are nil, and the process need not have
    ///   access to their files.
    /// - Throws: `SettingsFaults` with every fault, not only the first.
    package init(_ source: SettingsSource, readingSecrets: Bool = true) throws(SettingsFaults) {
        var reader = SettingsReader(source, readingSecrets: readingSecrets)
        statePath = reader.path(
            "PORTRAITD_STATE",
            default: "/var/lib/portraitd",
            help: """
                The folder of the database, of public/, which nginx serves, and of all other files. The units, nginx's \
                portraitd.d/server.conf and tmpfiles.d name it too.
                """
        )
        socketPath = reader.path(
            "PORTRAITD_SOCKET",
            default: "/run/portraitd/portraitd.sock",
            help: "The UNIX socket, if none is inherited; systemd hands over the socket of portraitd.socket."
        )
        logLevel = reader.choice(
            "PORTRAITD_LOG_LEVEL",
            of: Logger.Level.allCases,
            default: .info,
            help: "The lowest level that is logged. error leaves out the line for each request."
        )
        reader.section = .credentials
        jwtSecret = reader.secret(
            "PORTRAITD_JWT_SECRET",
            minBytes: 32,
            note: "systemd's credential jwt-secret, which the unit makes of /etc/portraitd/jwt-secret",
            help: "The secret of tokens that are signed with HS256."
        )
        jwksPath = reader.text(
            "PORTRAITD_JWKS_FILE",
            help: """
                A file with the public keys of tokens that are signed otherwise, a JSON Web Key Set. It is read at the start \
                and at each reload.
                """
        )
        tokenPolicy = TokenPolicy(
            issuer: reader.text("PORTRAITD_JWT_ISSUER", note: "any", help: "The iss that a token must have."),
            audience: reader.text(
                "PORTRAITD_JWT_AUDIENCE",
                note: "any",
                help: "The aud that a token must name. Set it if your tokens are for other services too."
            ),
            leeway: reader.integer(
                "PORTRAITD_JWT_LEEWAY",
                in: 0...600,
                default: 30,
                help: "How many seconds the issuer's clock may be off."
            )
        )
        trustsRemoteUser = reader.boolean(
            "PORTRAITD_REMOTE_USER",
            default: false,
            help: "Whether REMOTE_USER, which nginx sets, proves the user; see snippets/portraitd-fastcgi.conf."
        )
        service = ServiceSettings(&reader)
        reader.section = .uploads
        decoderPath = reader.text(
            "PORTRAITD_DECODER",
            note: "portraitd-decoder beside portraitd, or in ../lib/portraitd",
            help: "The program that decodes pictures, in processes without any rights."
        )
        worker = WorkerSettings(&reader)
        effective = reader.effective
        descriptions = reader.descriptions
        try reader.finish()
    }

    /// Returns the reference of all settings.
    /// - Throws: never, because an empty source has no faults.
    package static func reference() throws(SettingsFaults) -> SettingsReference {
        SettingsReference(try Settings(SettingsSource(environment: [:])).descriptions)
    }
}

/// What the operator can set about the worker process: events and outgoing connections.
package struct WorkerSettings: Equatable, Sendable {
    /// The number of days that an event is kept.
    package let keepEventsDays: Int
    /// The time limit for fetching one picture, in seconds.
    package let importTimeout: Int
    /// Networks that are not public, but may be connected to.
    package let allowedNetworks: [IPNetwork]
    /// The trusted certificates in one PEM file; nil for the certificates of the machine.
    package let certificateFile: String?

    init(_ reader: inout SettingsReader) {
        reader.section = .worker
        keepEventsDays = reader.integer(
            "PORTRAITD_KEEP_EVENTS",
            in: 1...3650,
            default: 14,
            help: "How many days an event is kept."
        )
        importTimeout = reader.integer(
            "PORTRAITD_IMPORT_TIMEOUT",
            in: 1...300,
            default: 30,
            help: "How many seconds fetching a picture may take."
        )
        allowedNetworks = reader.value(
            "PORTRAITD_OUTGOING_ALLOW",
            default: [],
            values: "networks like 10.1.0.0/16 or fd12:3456::/32, or addresses, separated by commas",
            help: "The networks to which the worker may connect although they are not public."
        ) { text in
            let texts = SettingsReader.members(of: text)
            let networks = texts.compactMap { IPNetwork($0) }
            return networks.count == texts.count ? networks : nil
        }
        certificateFile = reader.text(
            "PORTRAITD_OUTGOING_CA_FILE",
            note: "those of the machine",
            help: "The certificates that the worker trusts, in one PEM file."
        )
    }
}

extension Settings {
    /// The settings that a reload applies to a running process.
    private static let reloadable: Set = [
        "PORTRAITD_JWT_SECRET", "PORTRAITD_JWT_SECRET_FILE", "PORTRAITD_JWKS_FILE",
        "PORTRAITD_AUTHGEAR_ADMIN_JWKS_FILE",
        "PORTRAITD_UPLOAD_SECRET", "PORTRAITD_UPLOAD_SECRET_FILE", "PORTRAITD_UPLOAD_SECRET_OLD",
        "PORTRAITD_UPLOAD_SECRET_OLD_FILE", "PORTRAITD_LOG_LEVEL",
    ]

    /// The keys of settings that differ from `started` and need a restart.
    package func needingRestart(since started: Settings) -> [String] {
        let values = Dictionary(uniqueKeysWithValues: started.effective.map { ($0.key, $0.value) })
        return effective.filter { !Self.reloadable.contains($0.key) && $0.value != values[$0.key] }.map(\.key)
    }
}
