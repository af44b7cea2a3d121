import Foundation
import Synchronization
import TestSupport

/// portraitd behind a real nginx, in a new folder and on a free port.
final class Instance: Sendable {
    /// The way portraitd gets its socket.
    enum Activation: Sendable {
        case own
        case systemd
        case spawnFCGI
        /// portraitd creates the socket, under the restrictions of the service unit.
        case sandboxed
        /// portraitd creates the socket, and is a worker process too.
        case withWorker
    }

    let folder: String
    let url: String
    /// portraitd's environment with the settings.
    let environment: [String: String]
    private let hasDisk: Bool
    private let currentNginx: Mutex<ChildProcess>
    private let current: Mutex<ChildProcess>

    /// - Parameters:
    ///   - isLimited: whether nginx applies its limits to this machine's address too.
    ///   - diskSize: the size of a new file system for the folder, which only root can mount.
    init(
        _ settings: [String: String] = [:],
        activation: Activation = .own,
        isLimited: Bool = false,
        diskSize: String? = nil
    ) throws {
        folder = URL(filePath: NSTemporaryDirectory()).appending(path: "portraitd-\(UUID().uuidString.prefix(8))")
            .path()
        hasDisk = diskSize != nil
        if let diskSize { try Self.mountDisk(at: folder, size: diskSize) }
        let port = try Project.freePort()
        url = "http://127.0.0.1:\(port)"
        let dialects = settings["PORTRAITD_DIALECTS", default: ""].split(separator: ",").map(String.init)
        _ = try Project.output("\(Project.root)nginx/instance", [folder, String(port)] + dialects)
        if isLimited { try Self.limitLoopback(in: folder) }
        try Data("a secret of the tests, 32 bytes or more".utf8).write(to: URL(filePath: "\(folder)/jwt-secret"))
        // By default, no replaced image is kept, so that only the files of the last upload are stored.
        let kept = ["PORTRAITD_KEEP_REPLACED": "none"].merging(settings) { $1 }
        environment = kept.merging([
            "PORTRAITD_STATE": folder,
            "PORTRAITD_SOCKET": "\(folder)/run/portraitd.sock",
            "PORTRAITD_JWT_SECRET_FILE": "\(folder)/jwt-secret",
        ]) { own, _ in own }
        currentNginx = Mutex(try Self.startNginx(in: folder))
        current = Mutex(try Self.start(activation, settings: environment, folder: folder))
        try waitUntilReady()
    }

    deinit {
        nginx.signal(SIGQUIT)
        _ = nginx.wait()
        stop()
        if hasDisk { unsafe umount(folder) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The current server process.
    var portraitd: ChildProcess {
        current.withLock { $0 }
    }

    var nginxWorkers: [Int32] {
        nginx.descendants(named: "nginx")
    }

    private var nginx: ChildProcess {
        currentNginx.withLock { $0 }
    }

    /// portraitd's log.
    var log: String {
        LogFile(path: "\(folder)/portraitd.log").text
    }

    var nginxLog: String {
        LogFile(path: "\(folder)/nginx.log").text
    }

    /// The files that nginx may serve.
    var publicFiles: [String] {
        let all = FileManager.default.subpaths(atPath: "\(folder)/public") ?? []
        return all.filter { $0.split(separator: "/").count == 4 }
    }

    /// A bearer token of `user`.
    func token(_ user: String, scope: String = "profile:read profile:write") throws -> String {
        try Project.output(Project.portraitd, ["token", "--user", user, "--scope", scope], environment: environment)
    }

    /// Sends a request to a path below the instance's URL.
    func curl(_ path: String, token: String? = nil, _ arguments: String..., upload: Data? = nil) throws -> Curl.Answer {
        let authorization = token.map { ["--header", "Authorization: Bearer \($0)"] } ?? []
        return try Curl.send(authorization + arguments + ["\(url)\(path)"], upload: upload)
    }

    /// Sends a PATCH with a JSON object.
    func patch(_ path: String, token: String, _ json: String) throws -> Curl.Answer {
        let type = "Content-Type: application/json"
        return try curl(path, token: token, "--request", "PATCH", "--header", type, "--data-binary", json)
    }

    /// Whether a public picture is deleted. Each process of nginx may keep its file open for another second, but then
    /// has no byte to send.
    func isGone(_ url: String) throws -> Bool {
        let first = try Curl.send([url])
        guard first.status == 404 || first.body.isEmpty else { return false }
        // One process may answer many requests in a row, so their number proves nothing about the other processes.
        // Each cache expires after open_file_cache_valid, in whole seconds: if all answers are 404 for two seconds,
        // every process answers 404.
        let clock = ContinuousClock()
        return try waitUntil {
            let start = clock.now
            while start.duration(to: clock.now) < .seconds(2) {
                guard try Curl.send([url]).status == 404 else { return false }
            }
            return true
        }
    }

    /// PUTs a picture to `/me/profileimage`.
    func put(_ picture: Data, token: String) throws -> Curl.Answer {
        try curl("/me/profileimage", token: token, upload: picture)
    }

    /// Ends portraitd with `signal`, and returns its exit status or the negative signal.
    @discardableResult
    func stop(by signal: Int32 = SIGTERM) -> Int32 {
        portraitd.signal(signal)
        return portraitd.wait()
    }

    /// Starts portraitd again on the same folder.
    func start() throws {
        let child = try Self.start(.own, settings: environment, folder: folder)
        current.withLock { $0 = child }
        try waitUntilReady()
    }

    private static func mountDisk(at folder: String, size: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // mount(2): source, target, type, flags, options.
        let isMounted =
            unsafe "size=\(size),mode=755".withCString { unsafe mount("tmpfs", folder, "tmpfs", 0, $0) } == 0
        guard isMounted else { throw POSIXError(.EPERM) }
    }

    /// Makes nginx limit the loopback address like public addresses.
    private static func limitLoopback(in folder: String) throws {
        let file = "\(folder)/nginx/portraitd.d/zones.conf"
        let zones = try String(contentsOfFile: file, encoding: .utf8)
        // Replaces the link to the site's file.
        try FileManager.default.removeItem(atPath: file)
        try Data(zones.replacing("127.0.0.0/8 0;", with: "").utf8).write(to: URL(filePath: file))
    }

    /// Ends nginx and all its processes at once.
    func killNginx() {
        let workers = nginxWorkers
        // The master process first: it would replace the others.
        nginx.signal(SIGKILL)
        nginx.wait()
        for worker in workers { kill(worker, SIGKILL) }
    }

    /// Starts nginx again on the same port. It may need a moment until it answers.
    func startNginx() throws {
        let child = try Self.startNginx(in: folder)
        currentNginx.withLock { $0 = child }
    }

    private static func startNginx(in folder: String) throws -> ChildProcess {
        try ChildProcess(
            "/usr/sbin/nginx",
            ["-p", "\(folder)/nginx", "-c", "nginx.conf", "-e", "stderr"],
            errorOutput: LogFile(path: "\(folder)/nginx.log")
        )
    }

    private func waitUntilReady() throws {
        guard try waitUntil({ try curl("/readyz").status == 200 }) else {
            throw CocoaError(.executableNotLoadable, userInfo: [NSLocalizedDescriptionKey: "\(log)\(nginxLog)"])
        }
    }

    private static func start(
        _ activation: Activation,
        settings: [String: String],
        folder: String
    ) throws -> ChildProcess {
        let log = LogFile(path: "\(folder)/portraitd.log")
        let socket = "\(folder)/run/portraitd.sock"
        switch activation {
        case .own:
            return try ChildProcess(Project.portraitd, ["serve"], environment: settings, errorOutput: log)
        case .withWorker:
            let arguments = ["serve", "--with-worker"]
            return try ChildProcess(Project.portraitd, arguments, environment: settings, errorOutput: log)
        case .systemd:
            let passed = settings.map { "--setenv=\($0.key)=\($0.value)" }
            return try ChildProcess(
                "/usr/bin/systemd-socket-activate",
                ["--listen", socket] + passed + [Project.portraitd, "serve"],
                errorOutput: log
            )
        case .spawnFCGI:
            return try ChildProcess(
                "/usr/bin/spawn-fcgi",
                ["-n", "-s", socket, "--", Project.portraitd, "serve"],
                environment: settings,
                errorOutput: log
            )
        case .sandboxed:
            return try sandboxed("serve", unit: "portraitd.service", settings: settings, folder: folder, log: log)
        }
    }

    /// Starts a command under the restrictions of a unit.
    static func sandboxed(
        _ command: String,
        unit: String,
        settings: [String: String],
        folder: String,
        log: LogFile
    ) throws -> ChildProcess {
        // ld.so(8): `NAME => PATH (ADDRESS)`. The unit allows /usr/lib; the Swift runtime may lie elsewhere.
        let decoder = URL(filePath: Project.portraitd).deletingLastPathComponent().appending(path: "portraitd-decoder")
            .path()
        let libraries = try Project.output("/usr/bin/ldd", [Project.portraitd, decoder]).split(separator: "\n")
            .compactMap { $0.split(separator: " ").first { $0.hasPrefix("/") && !$0.hasSuffix(":") } }
        // Root without privileges, because another user may have no access to the program.
        return try ChildProcess(
            "\(Project.root)systemd/sandboxed-run",
            ["--unit", unit, "--user", "root", "--write", folder, "--exec", decoder]
                + libraries.flatMap { ["--exec", String($0)] }
                + [Project.portraitd, command],
            environment: settings,
            errorOutput: log
        )
    }
}
