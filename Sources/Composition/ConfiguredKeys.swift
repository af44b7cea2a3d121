import Configuration
import Dispatch
import FoundationEssentials
package import Server
import Synchronization

/// The keys that verify tokens, read as the settings say.
package struct ConfiguredKeys {
    package let users: TokenKeys
    /// The keys for administrators in Authgear's dialect.
    package let authgear: TokenKeys

    /// - Throws: `SettingsFaults` with every faulty file.
    package init(_ settings: Settings) throws {
        var faults: [String] = []
        var users = try Self.keys(inFileAt: settings.jwksPath, of: "PORTRAITD_JWKS_FILE", &faults)
        if let secret = settings.jwtSecret {
            users.append(try waiting { try await .sharedSecret(secret) })
        }
        let authgear = try Self.keys(
            inFileAt: settings.service.dialects.authgear.adminKeysPath,
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
            faults.append("\(setting) \(path) is not a JSON Web Key Set: \(error)")
            return []
        }
        let keys = try waiting { await keySet.verificationKeys() }
        if keys.isEmpty { faults.append("\(setting) \(path) holds no key that verifies tokens.") }
        return keys
    }
}

/// Runs an asynchronous function and waits for it.
///
/// Only for start-up, reloads and commands, because JWTKit returns its keys asynchronously. It must not run on a thread
/// of the cooperative pool.
package func waiting<Value: Sendable>(for body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let outcome = Outcome<Value>()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        do {
            let value = try await body()
            outcome.result.withLock { $0 = .success(value) }
        } catch {
            outcome.result.withLock { $0 = .failure(error) }
        }
        done.signal()
    }
    done.wait()
    guard let result = outcome.result.withLock({ $0 }) else { throw CancellationError() }
    return try result.get()
}

private final class Outcome<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, any Error>?>(nil)
}
