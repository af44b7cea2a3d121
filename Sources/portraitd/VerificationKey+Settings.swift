import ArgumentParser
import FoundationEssentials
import Server

extension VerificationKey {
    /// The keys that the settings name.
    static func all(_ settings: Settings) throws -> [VerificationKey] {
        var keys = try settings.jwksPath.map(publicKeys(inFileAt:)) ?? []
        if let secret = settings.jwtSecret {
            keys.append(try waiting { try await .sharedSecret(secret) })
        }
        return keys
    }

    private static func publicKeys(inFileAt path: String) throws -> [VerificationKey] {
        let keySet: JSONWebKeySet
        do {
            keySet = try JSONWebKeySet(Data(contentsOf: URL(filePath: path)))
        } catch {
            throw ExitCode.configuration.because("PORTRAITD_JWKS_FILE \(path) is no JSON Web Key Set: \(error)")
        }
        let keys = try waiting { await keySet.verificationKeys() }
        guard !keys.isEmpty else {
            throw ExitCode.configuration.because("PORTRAITD_JWKS_FILE \(path) holds no key that verifies tokens.")
        }
        return keys
    }
}
