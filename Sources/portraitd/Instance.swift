import ArgumentParser
import Logging
import Server
import Storage
import Threads

/// The parts of a running service, put together as the settings say.
struct Instance {
    let workshop: Workshop
    /// What users' tokens are verified with.
    let keys: Reloadable<TokenKeys>
    /// What those of Authgear's administrators are.
    let authgearKeys: Reloadable<TokenKeys>
    let application: Application

    init(_ settings: Settings, logger: Logger) throws {
        do {
            let configured = try ConfiguredKeys(settings)
            (keys, authgearKeys) = (Reloadable(configured.users), Reloadable(configured.authgear))
        } catch let error as SettingsFaults {
            throw ExitCode.configuration.because(error.description)
        }
        workshop = try Workshop(settings, for: .migrating, logger: logger)
        let authenticator = Authenticator(
            tokens: TokenVerifier(keys: keys, policy: settings.tokenPolicy),
            metadata: workshop.stores.metadata,
            trustsRemoteUser: settings.trustsRemoteUser,
            trustedOrigins: settings.cors.allowedOrigins
        )
        application = Application(
            dialects: Dialects(
                services: workshop.services,
                authenticator: authenticator,
                authgearKeys: authgearKeys,
                settings: settings
            ),
            metrics: workshop.services.metrics,
            logger: logger
        )
    }
}
