import Foundation
import TestSupport
import Testing

@Suite struct LifecycleTests {
    @Test(arguments: [Instance.Activation.own, .systemd, .spawnFCGI])
    func `pictures are stored and served with every kind of socket`(_ activation: Instance.Activation) throws {
        let instance = try Instance(activation: activation)
        let answer = try instance.put(Photograph.small(), token: instance.token("alice"))
        #expect(answer.status == 201)
        #expect(try Curl.send([try #require(answer.json["imageUrl"] as? String)]).status == 200)
        #expect(instance.stop() == 0)
    }

    @Test func `only owner and group may use portraitd's own socket`() throws {
        let instance = try Instance()
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(instance.folder)/run/portraitd.sock")
        #expect(attributes[.posixPermissions] as? Int == 0o660)
    }

    @Test func `SIGTERM answers what is in progress, ends with 0, and a new start finds everything`() async throws {
        let instance = try Instance(["PORTRAITD_SIDES": "64", "PORTRAITD_FORMATS": "jpeg"])
        let token = try instance.token("alice")
        let picture = try Photograph.slow()
        let idle = instance.portraitd.processorTime
        let upload = Background { try instance.put(picture, token: token) }
        let status = try await onThread {
            // The picture has few bytes and many pixels: a computing process has the whole request and needs time.
            waitUntil { instance.portraitd.processorTime >= idle + 0.04 }
            #expect(!instance.log.contains("status=201"), "the signal comes too late to show anything")
            return instance.stop()
        }
        let answer = try upload.value()
        #expect(status == 0)
        #expect(answer.status == 201, "\(instance.log)")
        #expect(!FileManager.default.fileExists(atPath: "\(instance.folder)/run/portraitd.sock"))
        #expect(!FileManager.default.fileExists(atPath: "\(instance.folder)/portraitd.sqlite-wal"))
        try instance.start()
        let found = try instance.curl("/me/profileimage", token: token, "--header", "Accept: application/json")
        #expect(found.status == 200)
        #expect(found.body == answer.body)
    }

    @Test func `two processes share one inherited socket, and stopping one loses no request`() async throws {
        let instance = try Instance(["PORTRAITD_SIDES": "64"], activation: .systemd)
        let token = try instance.token("alice")
        // The second process inherits the descriptor, as from the service manager.
        let log = LogFile(path: "\(instance.folder)/second.log")
        let second = try ChildProcess(
            "/usr/bin/python3",
            ["-c", Self.share, instance.folder, Project.portraitd, String(instance.portraitd.id)],
            environment: instance.environment,
            errorOutput: log
        )
        #expect(try await onThread { waitUntil { log.text.contains("msg=serving") } })
        let picture = try Photograph.small(side: 64)
        let statuses = try await withThrowingTaskGroup(of: [Int].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await onThread { try (0..<30).map { _ in try instance.put(picture, token: token).status } }
                }
            }
            // Waits until the two processes have answered a quarter of the requests.
            try await onThread {
                #expect(waitUntil { (instance.log + log.text).split(separator: "method=PUT").count > 30 })
                #expect(instance.stop() == 0)
            }
            return try await group.reduce([], +)
        }
        #expect(statuses.filter { $0 != 200 && $0 != 201 }.isEmpty)
        #expect(log.text.contains("status=200"))
        second.signal(SIGTERM)
        #expect(second.wait() == 0)
    }

    @Test func `a failed listening socket ends the process after the last answer`() async throws {
        let instance = try Instance(["WATCHDOG_USEC": "1000000"])
        let administrator = try instance.token("root", scope: "admin")
        let waiting = Background { try instance.curl("/events?wait=20", token: administrator) }
        try await onThread {
            // One of the two requests is this request for the metrics.
            let both = "portraitd_requests_in_progress 2"
            #expect(try waitUntil { try instance.curl("/metrics").text.contains(both) })
            let shut = try ChildProcess("/usr/bin/python3", ["-c", Self.shutDown, String(instance.portraitd.id)])
            #expect(shut.wait() == 0)
            #expect(instance.portraitd.wait() == 1)
        }
        #expect(try waiting.value().status == 200)
        #expect(instance.log.contains("The listening socket failed."))
    }

    @Test func `wrong settings end the start with 78 and name every fault`() throws {
        let log = LogFile(path: "\(NSTemporaryDirectory())portraitd-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: log.path) }
        let environment = ["PORTRAITD_JPEG_QUALITY": "high", "PORTRAITD_SIDE": "1"]
        let process = try ChildProcess(Project.portraitd, ["serve"], environment: environment, errorOutput: log)
        #expect(process.wait() == 78)
        #expect(log.text.contains("PORTRAITD_JPEG_QUALITY (the environment) is \"high\""))
        #expect(log.text.contains("PORTRAITD_SIDE (the environment) is not a setting"))
    }

    @Test func `the command line creates, lists and revokes keys, and the service accepts them`() throws {
        let instance = try Instance()
        let run = { try Project.output(Project.portraitd, ["key"] + $0, environment: instance.environment) }
        let key = try run(["create", "--scope", "profile:read profile:write", "--name", "back end"])
        let answer = try instance.curl(
            "/users/bob/profileimage",
            token: key,
            upload: Photograph.small(side: 64)
        )
        #expect(answer.status == 201)
        let id = String(key.split(separator: "_")[1])
        let list = try run(["list"])
        #expect(list.contains(id) && list.contains("back end") && !list.contains(key.split(separator: "_")[2]))
        _ = try run(["revoke", id])
        #expect(try instance.curl("/users/bob/profileimage", token: key).status == 401)
    }

    @Test func `every request is one log line with the client's request id and no token`() throws {
        let instance = try Instance()
        let token = try instance.token("alice")
        let answer = try instance.put(Photograph.small(side: 64), token: token)
        let id = try #require(answer.headers["x-request-id"])
        let lines = instance.log.split(separator: "\n").filter { $0.contains(id) }
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("<6>level=info msg=request ") == true)
        #expect(!instance.log.contains(token))
    }

    /// Shuts down the listening socket of another process, see pidfd_getfd(2).
    private static let shutDown = """
        import ctypes, os, socket, sys
        pidfd = os.pidfd_open(int(sys.argv[1]))
        for number in range(3, 64):
            fd = ctypes.CDLL(None).syscall(438, pidfd, number, 0)
            if fd < 0 or not os.path.basename(os.readlink(f"/proc/self/fd/{fd}")).startswith("socket:"):
                continue
            candidate = socket.socket(fileno=fd)
            if candidate.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                candidate.shutdown(socket.SHUT_RDWR)
                sys.exit(0)
        sys.exit(1)
        """

    /// Copies the listening socket of another process, see pidfd_getfd(2), and executes portraitd with it as
    /// descriptor 3.
    private static let share = """
        import ctypes, os, sys
        libc = ctypes.CDLL(None, use_errno=True)
        pidfd = os.pidfd_open(int(sys.argv[3]))
        fd = libc.syscall(438, pidfd, 3, 0)
        if fd < 0:
            sys.exit(os.strerror(ctypes.get_errno()))
        os.dup2(fd, 3)
        os.set_inheritable(3, True)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
        os.execv(sys.argv[2], [sys.argv[2], "serve"])
        """
}
