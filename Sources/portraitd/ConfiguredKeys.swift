import FoundationEssentials
import Server

/// The keys that tokens are verified with, as the settings name them.
struct ConfiguredKeys {
    let users: TokenKeys
    /// Of those who administer users in Authgear's dialect.
    let authgear: TokenKeys

    /// - Throws: `SettingsFaults` with every file that is at fault.
    init(_ settings: Settings) throws {
        var faults: [String] = []
        var users = try Self.keys(inFileAt: settings.jwksPath, of: "PORTRAITD_JWKS_FILE", &faults)
        if let secret = settings.jwtSecret {
            users.append(try waiting { try await .sharedSecret(secret) })
        }
        let authgear = try Self.keys(
            inFileAt: settings.authgear.adminKeysPath,
            of: "PORTRAITD_AUTHGEAR_ADMIN_JWKS_FILE",
            &faults
        )
        guard faults.isEmpty else { throw SettingsFaults(faults) }
        self.users = TokenKeys(users)
        self.authgear = TokenKeys(authgear)
    }

    private static func keys(
        inFileAt path: String?,
        of setting: String,
        _ faults: inout [String]
    ) throws -> [VerificationKey] {
        guard let path else { return [] }
        let keySet: JSONWebKeySet
        do {
            keySet = try JSONWebKeySet(Data(contentsOf: URL(filePath: path)))
        } catch {
            faults.append("\(setting) \(path) is no JSON Web Key Set: \(error)")
            return []
        }
        let keys = try waiting { await keySet.verificationKeys() }
        if keys.isEmpty { faults.append("\(setting) \(path) holds no key that verifies tokens.") }
        return keys
    }
}
