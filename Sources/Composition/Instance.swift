package import Box
import Configuration
import FoundationEssentials
import Imaging
package import Logging
import ProfileImages
package import Server
package import Storage
import SystemPackage
package import Threads

/// The parts of a running service, created from the settings.
package struct Instance {
    package let workshop: Workshop
    /// The keys that verify the tokens of users.
    package let keys: Reloadable<TokenKeys>
    /// The keys that verify the tokens of Authgear's administrators.
    package let authgearKeys: Reloadable<TokenKeys>
    package let application: Application

    package init(_ settings: Settings, logger: Logger) throws {
        let configured = try ConfiguredKeys(settings)
        (keys, authgearKeys) = (Reloadable(configured.users), Reloadable(configured.authgear))
        workshop = try Workshop(settings, for: .migrating, logger: logger)
        let authenticator = Authenticator(
            tokens: TokenVerifier(keys: keys, policy: settings.tokenPolicy),
            metadata: workshop.stores.metadata,
            trustsRemoteUser: settings.trustsRemoteUser,
            trustedOrigins: settings.service.cors.allowedOrigins
        )
        application = Application(
            router: Router(
                services: workshop.services,
                authenticator: authenticator,
                authgearKeys: authgearKeys,
                settings: settings.service
            ),
            metrics: workshop.services.metrics,
            logger: logger
        )
    }
}

/// The stores, the decoders, and the services over them: all that makes pictures and changes stored data. It knows no
/// keys and no protocol.
package struct Workshop {
    package let stores: Stores
    package let box: Box
    package let services: Services

    package init(_ settings: Settings, for purpose: SQLiteMetadataStore.Purpose, logger: Logger) throws {
        let memory = MemoryBudget.forDecoding(settings.service)
        box = try Box.configured(settings, sharedMemory: memory.largest, logger: logger)
        stores = try Stores(settings, for: purpose)
        services = try Services(
            settings.service,
            metadata: stores.metadata,
            objects: stores.objects,
            memory: memory,
            decoder: box,
            logger: logger
        )
    }
}

/// The two stores of an installation.
package struct Stores {
    /// The free disk space that pictures and documents leave, in bytes. On a full disk users could not be erased.
    private static let reserve = 32 << 20

    package let metadata: SQLiteMetadataStore
    package let objects: FileObjectStore

    /// - Throws: `SchemaError`, `Fault`, or `StoreError`.
    package init(_ settings: Settings, for purpose: SQLiteMetadataStore.Purpose) throws {
        // The database is opened first: without a database nothing is created.
        metadata = try SQLiteMetadataStore(settings, for: purpose)
        objects = try FileObjectStore(root: FilePath(settings.statePath), reserve: Self.reserve)
    }
}

extension SQLiteMetadataStore {
    /// Opens the database in the state folder.
    /// - Throws: `SchemaError`; every other error becomes a `Fault` that names the file.
    package convenience init(_ settings: Settings, for purpose: Purpose) throws {
        let path = FilePath(settings.statePath).appending("portraitd.sqlite").string
        do {
            try self.init(path: path, for: purpose)
        } catch let error as SchemaError {
            throw error
        } catch {
            throw Fault("The database \(path) cannot be opened: \(error)")
        }
    }
}

extension Box {
    /// The paths of the decoder program relative to this program's folder: after a build, and after an installation.
    private static let places = ["portraitd-decoder", "../lib/portraitd/portraitd-decoder"]

    /// Creates the decoders with the program from the settings, or with the installed program.
    /// - Throws: `SettingsFaults` if the program cannot be used.
    static func configured(_ settings: Settings, sharedMemory: Int, logger: Logger) throws(SettingsFaults) -> Box {
        let path = settings.decoderPath ?? installed
        let report: @Sendable (BoxEvent) -> Void = { log($0, to: logger) }
        do throws(SystemCallError) {
            return try Box(path: path, sharedMemory: sharedMemory, report: report)
        } catch {
            throw SettingsFaults(["Pictures cannot be decoded: \(error). PORTRAITD_DECODER names the program."])
        }
    }

    /// Starts the processes and waits for the first one, which takes less than a second.
    package func begin(logger: Logger) throws {
        try start()
        // The service starts without a decoder too, because it can still show and delete pictures.
        if !isReady(within: .seconds(10)) { logger.critical("no decoder is ready", metadata: ["seconds": "10"]) }
    }

    private static func log(_ event: BoxEvent, to logger: Logger) {
        switch event {
        case .templateEnded(let cause):
            logger.error("the decoders ended, and are started again", metadata: ["cause": "\(cause)"])
        case .templateFailed(let cause):
            logger.critical("the decoders cannot be started", metadata: ["cause": "\(cause)"])
        case .spareEnded(let cause):
            logger.error("a decoder ended before it had a picture", metadata: ["cause": "\(cause)"])
        }
    }

    private static var installed: String {
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = URL(filePath: program ?? "/usr/bin/portraitd").deletingLastPathComponent()
        let paths = places.map { folder.appending(path: $0).path() }
        return paths.first { FileManager.default.isExecutableFile(atPath: $0) } ?? paths[0]
    }
}

/// An error with a description for the operator.
package struct Fault: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
