import Foundation
import TestSupport
import Testing

/// Requests while the disk, or a file on it, has a fault.
@Suite struct DiskFaultTests {
    /// Only root can mount file systems.
    private static let isRoot = geteuid() == 0

    /// Writes a file that leaves `bytes` free.
    private func fillDisk(of instance: Instance, leaving bytes: Int) throws -> String {
        var space = statvfs()
        unsafe statvfs(instance.folder, &space)
        let path = "\(instance.folder)/filling-\(bytes)"
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        #expect(posix_fallocate(descriptor, 0, Int(space.f_bavail) * Int(space.f_frsize) - bytes) == 0)
        return path
    }

    private func json(_ instance: Instance, _ token: String) throws -> Curl.Answer {
        try instance.curl("/me/profileimage", token: token, "--header", "Accept: application/json")
    }

    @Test(.enabled(if: isRoot)) func `on a full disk uploads are answered 507, and reads and deletions go on`() throws {
        let instance = try Instance(diskSize: "96m")
        let (alice, bob) = (try instance.token("alice"), try instance.token("bob"))
        let first = try instance.put(Photograph.small(), token: alice)
        #expect(first.status == 201)
        #expect(try instance.put(Photograph.small(), token: bob).status == 201)
        let before = instance.publicFiles.sorted()
        var filling = [try fillDisk(of: instance, leaving: 8 << 20)]

        let refused = try instance.put(Photograph.small(turn: 1), token: alice)
        #expect(refused.status == 507)
        #expect(refused.json["code"] as? String == "storage-full")
        let document = try instance.curl("/media?AdditionalType=Scan", token: alice, "--form", "file=@/etc/hostname")
        #expect(document.status == 507)
        #expect(instance.publicFiles.sorted() == before)
        #expect(try instance.curl("/readyz").status == 503)
        #expect(instance.log.contains("a store has too little space left"))

        let url = try #require(first.json["imageUrl"] as? String)
        #expect(try json(instance, alice).json["etag"] as? String == first.json["etag"] as? String)
        #expect(try Curl.send([url]).status == 200)
        // A variant that was never rendered is served, although it cannot be stored.
        #expect(try Curl.send([url.replacing("512.jpg", with: "64.webp")]).status == 200)
        #expect(try instance.curl("/me/profileimage", token: bob, "--request", "DELETE").status == 204)
        #expect(instance.publicFiles.count == before.count - 1)

        // Fills the disk to the last byte, past the space that portraitd keeps free.
        filling.append(try fillDisk(of: instance, leaving: 0))
        #expect(try instance.put(Photograph.small(turn: 1), token: alice).status == 507)
        #expect(try json(instance, alice).json["etag"] as? String == first.json["etag"] as? String)
        #expect(try Curl.send([url]).status == 200)
        for path in filling { try FileManager.default.removeItem(atPath: path) }
        let again = try instance.put(Photograph.small(turn: 1), token: alice)
        #expect(again.status == 200, "\(again.text)")
        try expectSound(instance)
    }

    @Test(.enabled(if: isRoot)) func `a read-only file system loses nothing, and reads go on`() throws {
        let instance = try Instance()
        let token = try instance.token("alice")
        let first = try instance.put(Photograph.small(), token: token)
        let folder = "\(instance.folder)/public"
        #expect(unsafe mount(folder, folder, nil, UInt(MS_BIND), nil) == 0)
        defer { unsafe umount(folder) }
        let flags = UInt(MS_REMOUNT) | UInt(MS_BIND) | UInt(MS_RDONLY)
        #expect(unsafe mount(nil, folder, nil, flags, nil) == 0)

        let before = instance.publicFiles
        let refused = try instance.put(Photograph.small(turn: 1), token: token)
        #expect(refused.status == 500)
        #expect(instance.log.contains("Read-only file system"))
        #expect(instance.publicFiles == before)
        #expect(try json(instance, token).json["etag"] as? String == first.json["etag"] as? String)
        #expect(try Curl.send([try #require(first.json["imageUrl"] as? String)]).status == 200)
        #expect(unsafe mount(nil, folder, nil, UInt(MS_REMOUNT) | UInt(MS_BIND), nil) == 0)
        #expect(try instance.put(Photograph.small(turn: 1), token: token).status == 200)
        try expectSound(instance)
    }

    @Test func `while another process holds the database, writes get 503 and reads go on`() throws {
        let instance = try Instance()
        let token = try instance.token("alice")
        let first = try instance.put(Photograph.small(), token: token)
        let said = LogFile(path: "\(instance.folder)/holder")
        let holder = try ChildProcess(
            "/usr/bin/python3",
            ["-c", Self.hold, "\(instance.folder)/portraitd.sqlite"],
            output: said
        )
        #expect(waitUntil { said.text.contains("held") })
        let refused = try instance.put(Photograph.small(turn: 1), token: token)
        #expect(refused.status == 503)
        #expect(refused.json["code"] as? String == "busy")
        #expect(refused.headers["retry-after"] == "2")
        #expect(instance.log.contains("a store is held by another change"))
        #expect(instance.publicFiles.count == 1)
        #expect(try json(instance, token).json["etag"] as? String == first.json["etag"] as? String)
        holder.signal(SIGKILL)
        holder.wait()
        #expect(try instance.put(Photograph.small(turn: 1), token: token).status == 200)
        try expectSound(instance)
    }

    @Test func `missing folders are created again`() throws {
        let instance = try Instance()
        let token = try instance.token("alice")
        #expect(try instance.put(Photograph.small(), token: token).status == 201)
        for folder in ["public/images", "masters"] {
            try FileManager.default.removeItem(atPath: "\(instance.folder)/\(folder)")
        }
        let answer = try instance.put(Photograph.small(turn: 1), token: token)
        #expect(answer.status == 200)
        #expect(try Curl.send([try #require(answer.json["imageUrl"] as? String)]).status == 200)
    }

    @Test func `a socket in a missing folder ends the start with a message`() throws {
        let instance = try Instance()
        instance.stop()
        let text = try failure(of: instance, ["PORTRAITD_SOCKET": "/nonexistent/portraitd.sock"])
        #expect(text.contains("/nonexistent/portraitd.sock") && text.contains("No such file or directory"), "\(text)")
    }

    @Test(.enabled(if: isRoot)) func `a database that the service may not open ends the start with a message`() throws {
        let instance = try Instance()
        instance.stop()
        let database = "\(instance.folder)/portraitd.sqlite"
        giveAway(database, mode: 0o400)
        #expect(
            try failure(of: instance, [:]).contains("The database \(database) cannot be opened: Permission denied")
        )
    }

    @Test(.enabled(if: isRoot)) func `a folder that the service may not write to is named, and reads go on`()
        throws
    {
        let instance = try Instance()
        let token = try instance.token("alice")
        #expect(try instance.put(Photograph.small(), token: token).status == 201)
        // The kill leaves the database's log and index, which SQLite cannot create in this folder.
        instance.stop(by: SIGKILL)
        giveAway(instance.folder, mode: 0o755)
        let log = LogFile(path: "\(instance.folder)/nginx/second.log")
        let process = try start(instance, [:], log: log)
        #expect(waitUntil { log.text.contains("msg=serving") })
        #expect(log.text.contains("<3>level=error msg=\"nothing can be stored\""))
        #expect(log.text.contains("state=\(instance.folder)") && log.text.contains("Permission denied"))
        #expect(try json(instance, token).status == 200)
        process.signal(SIGTERM)
        #expect(process.wait() == 0)
    }

    /// Gives a file or folder to another owner.
    private func giveAway(_ path: String, mode: mode_t) {
        #expect(unsafe chown(path, 65534, 65534) == 0)
        #expect(unsafe chmod(path, mode) == 0)
    }

    /// Returns the message of a start that fails.
    private func failure(of instance: Instance, _ settings: [String: String]) throws -> String {
        let log = LogFile(path: "\(instance.folder)/nginx/second.log")
        #expect(try start(instance, settings, log: log).wait() == 1)
        return log.text
    }

    /// Starts the service as root without privileges.
    private func start(_ instance: Instance, _ settings: [String: String], log: LogFile) throws -> ChildProcess {
        try ChildProcess(
            "/usr/bin/setpriv",
            ["--bounding-set=-all", Project.portraitd, "serve"],
            environment: instance.environment.merging(settings) { $1 },
            errorOutput: log
        )
    }

    private func expectSound(_ instance: Instance) throws {
        let verify = try ChildProcess(Project.portraitd, ["verify"], environment: instance.environment)
        #expect(verify.wait() == 0)
    }

    private static let hold = """
        import signal, sqlite3, sys
        database = sqlite3.connect(sys.argv[1], isolation_level=None)
        database.execute("BEGIN IMMEDIATE")
        print("held", flush=True)
        signal.pause()
        """
}
