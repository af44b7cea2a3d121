import Foundation
import Testing

/// portraitd with a configuration file, which a test reloads like a service manager.
final class ReloadableService: Sendable {
    let instance: Instance
    private let manager: NotificationSocket
    private let process: ChildProcess

    init(_ command: String = "serve") throws {
        instance = try Instance()
        instance.stop()
        manager = try NotificationSocket()
        let folder = instance.folder
        try Data().write(to: URL(filePath: "\(folder)/portraitd.conf"))
        process = try ChildProcess(
            Project.portraitd,
            [command, "--config", "\(folder)/portraitd.conf"],
            // The watchdog's interval is longer than any test.
            environment: instance.environment.merging(
                ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "600000000"]
            ) { $1 },
            errorOutput: LogFile(path: "\(folder)/reloading.log")
        )
        try #require(manager.next(within: 60) == "READY=1")
    }

    var log: String {
        LogFile(path: "\(instance.folder)/reloading.log").text
    }

    /// Writes a file that the settings name.
    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(instance.folder)/\(name)"))
    }

    /// The status of a request with `token`; 404 if the token is valid, because there is no picture.
    func status(of token: String) throws -> Int {
        try instance.curl("/me/profileimage", token: token).status
    }

    /// Reloads the settings, and returns after the service reports that it is ready.
    func reload() throws {
        let before = now
        process.signal(SIGHUP)
        let begun = try #require(said())
        let time = try #require(begun.firstMatch(of: /^RELOADING=1\nMONOTONIC_USEC=(\d+)$/), "\(begun)")
        #expect(try (before...now).contains(#require(Int(time.1))))
        #expect(said() == "READY=1")
    }

    func stop() throws {
        process.signal(SIGTERM)
        #expect(said() == "STOPPING=1")
        #expect(process.wait() == 0)
    }

    /// The next state that the service reports, without the watchdog's, which follow each reload too.
    private func said() -> String? {
        var said = manager.next(within: 30)
        while said == "WATCHDOG=1" { said = manager.next(within: 30) }
        return said
    }

    /// The time of CLOCK_MONOTONIC in microseconds.
    private var now: Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }
}
