import Foundation
import Testing

@Suite struct NotificationTests {
    @Test func `the service reports to the service manager that it is ready, alive and stopping`() throws {
        let manager = try NotificationSocket()
        let instance = try Instance()
        instance.stop()
        let process = try ChildProcess(
            Project.portraitd,
            ["serve"],
            environment: instance.environment.merging(
                ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "6000000"]
            ) { $1 },
            errorOutput: LogFile(path: "\(instance.folder)/notifying.log")
        )
        #expect(manager.next(within: 60) == "READY=1")
        // The service must not report READY=1 too early: units that wait for it send requests at once.
        #expect(try instance.curl("/readyz").status == 200)
        // systemd.service(5): a service that is silent for the whole interval is killed. The test waits longer, for a
        // busy machine.
        for _ in 0..<2 { #expect(manager.next(within: 9) == "WATCHDOG=1") }
        process.signal(SIGTERM)
        var said = manager.next(within: 30)
        while said == "WATCHDOG=1" { said = manager.next(within: 30) }
        #expect(said == "STOPPING=1")
        #expect(process.wait() == 0)
        #expect(manager.next(within: 0) == nil)
    }

    @Test func `the worker reports to the service manager that it is ready and stopping`() throws {
        let manager = try NotificationSocket()
        let instance = try Instance()
        let process = try ChildProcess(
            Project.portraitd,
            ["worker"],
            environment: instance.environment.merging(["NOTIFY_SOCKET": manager.path]) { $1 },
            errorOutput: LogFile(path: "\(instance.folder)/worker.log")
        )
        #expect(manager.next(within: 60) == "READY=1")
        process.signal(SIGTERM)
        #expect(manager.next(within: 30) == "STOPPING=1")
        #expect(process.wait() == 0)
        #expect(manager.next(within: 0) == nil)
    }
}
