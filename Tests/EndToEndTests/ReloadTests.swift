import Foundation
import TestSupport
import Testing

@Suite struct ReloadTests {
    @Test func `after a rotated secret, old tokens are refused and new ones accepted`() throws {
        let service = try ReloadableService()
        let old = try service.instance.token("alice")
        #expect(try service.status(of: old) == 404)
        try service.write("another secret of the tests, 32 bytes or more", to: "jwt-secret")
        let new = try service.instance.token("alice")
        #expect(try service.status(of: new) == 401)
        try service.reload()
        #expect(try service.status(of: old) == 401)
        #expect(try service.status(of: new) == 404)
        #expect(service.log.contains("<5>level=notice msg=\"keys and log level are reloaded\""))
        #expect(!service.log.contains("need a restart"))
    }

    @Test func `faulty settings change nothing, and the log names every fault`() throws {
        let service = try ReloadableService()
        let token = try service.instance.token("alice")
        try service.write("too short", to: "jwt-secret")
        try service.write("PORTRAITD_LOG_LEVEL=error\nPORTRAITD_SIDE=1\n", to: "portraitd.conf")
        try service.reload()
        #expect(try service.status(of: token) == 404)
        let faults = service.log.split(separator: "\n").filter { $0.hasPrefix("<3>") }
        #expect(faults.count == 1)
        #expect(faults.first?.contains("PORTRAITD_JWT_SECRET_FILE holds a secret of 9 bytes") == true)
        #expect(faults.first?.contains("PORTRAITD_SIDE") == true)
        #expect(service.log.contains("msg=request"), "the log level stays, too")
    }

    @Test func `faulty key sets change nothing, and the log names each`() throws {
        let service = try ReloadableService()
        let old = try service.instance.token("alice")
        try service.write("another secret of the tests, 32 bytes or more", to: "jwt-secret")
        try service.write("{}", to: "users.json")
        try service.write(
            "PORTRAITD_JWKS_FILE=\(service.instance.folder)/users.json\nPORTRAITD_AUTHGEAR_ADMIN_JWKS_FILE=/nowhere\n",
            to: "portraitd.conf"
        )
        try service.reload()
        #expect(try service.status(of: old) == 404)
        let faults = service.log.split(separator: "\n").filter { $0.hasPrefix("<3>") }
        #expect(faults.count == 1)
        #expect(faults.first?.contains("PORTRAITD_JWKS_FILE") == true)
        #expect(faults.first?.contains("PORTRAITD_AUTHGEAR_ADMIN_JWKS_FILE /nowhere") == true)
    }

    @Test func `the log level changes, and the log names settings that need a restart`() throws {
        let service = try ReloadableService()
        try service.write(
            "PORTRAITD_LOG_LEVEL=warning\nPORTRAITD_SIDES=64\nPORTRAITD_WORKERS=7\n",
            to: "portraitd.conf"
        )
        try service.reload()
        #expect(service.log.contains("<4>level=warning msg=\"settings have changed that need a restart\""))
        #expect(service.log.contains("settings=\"PORTRAITD_WORKERS PORTRAITD_SIDES\""))
        let lines = service.log.split(separator: "\n").count
        #expect(try service.status(of: service.instance.token("alice")) == 404)
        #expect(service.log.split(separator: "\n").count == lines)
        try service.write("", to: "portraitd.conf")
        try service.reload()
        #expect(try service.status(of: service.instance.token("alice")) == 404)
        #expect(service.log.contains("msg=request"))
    }

    @Test func `the worker reloads its log level`() throws {
        let service = try ReloadableService("worker")
        try service.write("PORTRAITD_LOG_LEVEL=debug\nPORTRAITD_KEEP_EVENTS=1\n", to: "portraitd.conf")
        try service.reload()
        #expect(service.log.contains("settings=PORTRAITD_KEEP_EVENTS"))
        try service.stop()
    }

    @Test func `a reload loses no request`() throws {
        let service = try ReloadableService()
        let token = try service.instance.token("alice")
        let picture = try Photograph.small(side: 64)
        let answered = Recorder<Int>()
        let clients = (0..<4).map { _ in
            Background {
                for _ in 0..<20 { answered.record(try service.instance.put(picture, token: token).status) }
            }
        }
        // One reload after every fourth answer.
        for round in 0..<20 {
            #expect(waitUntil { answered.values.count >= 4 * round })
            try service.reload()
        }
        for client in clients { try client.value() }
        let statuses = answered.values
        #expect(statuses.count == 80)
        #expect(statuses.filter { $0 != 200 && $0 != 201 }.isEmpty)
        try service.stop()
    }
}
