import ArgumentParser
import FoundationEssentials
import Server

extension VerificationKey {
    /// The keys that the settings name.
    static func all(_ settings: Settings) throws -> [VerificationKey] {
        var keys = try settings.jwksPath.map { try publicKeys(inFileAt: $0, of: "PORTRAITD_JWKS_FILE") } ?? []
        if let secret = settings.jwtSecret {
            keys.append(try waiting { try await .sharedSecret(secret) })
        }
        return keys
    }

    /// Those of who administers users in Authgear's dialect.
    static func authgear(_ settings: Settings) throws -> [VerificationKey] {
        guard let path = settings.authgear.adminKeysPath else { return [] }
        return try publicKeys(inFileAt: path, of: "PORTRAITD_AUTHGEAR_ADMIN_JWKS_FILE")
    }

    private static func publicKeys(inFileAt path: String, of setting: String) throws -> [VerificationKey] {
        let keySet: JSONWebKeySet
        do {
            keySet = try JSONWebKeySet(Data(contentsOf: URL(filePath: path)))
        } catch {
            throw ExitCode.configuration.because("\(setting) \(path) is no JSON Web Key Set: \(error)")
        }
        let keys = try waiting { await keySet.verificationKeys() }
        guard !keys.isEmpty else {
            throw ExitCode.configuration.because("\(setting) \(path) holds no key that verifies tokens.")
        }
        return keys
    }
}
