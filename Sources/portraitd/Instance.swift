import ArgumentParser
import FastCGI
import FoundationEssentials
import Imaging
import Logging
import ProfileImages
import Server
import Storage
import SystemPackage

/// The parts of a running service, put together as the settings say.
struct Instance {
    let service: ProfileImageService
    let application: Application

    init(_ settings: Settings, logger: Logger) throws {
        let state = FilePath(settings.statePath)
        let objects = try FileObjectStore(root: state.appending("public"))
        let metadata = try SQLiteMetadataStore(settings)
        service = ProfileImageService(
            processor: ImageProcessor(limits: settings.limits, output: settings.output),
            metadata: metadata,
            objects: objects
        )
        application = Application(
            routes: RouteTable(service: service, settings: settings),
            authenticator: Authenticator(
                tokens: TokenVerifier(keys: try Self.verificationKeys(settings), policy: settings.tokenPolicy),
                metadata: metadata,
                trustsRemoteUser: settings.trustsRemoteUser
            ),
            cors: settings.cors,
            logger: logger
        )
    }

    private static func verificationKeys(_ settings: Settings) throws -> [VerificationKey] {
        var keySet: JSONWebKeySet?
        if let path = settings.jwksPath {
            guard let data = FileManager.default.contents(atPath: path), let parsed = try? JSONWebKeySet(data) else {
                throw ExitCode.configuration.because("PORTRAITD_JWKS_FILE \(path) is not a readable JSON Web Key Set.")
            }
            keySet = parsed
        }
        return try waiting { [secret = settings.jwtSecret, keySet] in
            var keys = await keySet?.verificationKeys() ?? []
            if let secret { keys.append(try await .sharedSecret(secret)) }
            return keys
        }
    }
}
