import Foundation
import TestSupport
import Testing
import Threads

@testable import FastCGI

@Suite(.serialized) struct ListenerTests {
    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test(arguments: [0o000, 0o022, 0o077] as [mode_t])
    func `the socket has the requested mode under any umask`(_ mask: mode_t) throws {
        let folder = try TemporaryFolder()
        let previous = umask(mask)
        defer { umask(previous) }
        let listener = try Listener.bind(path: folder.file("a"))
        #expect(try mode(folder.file("a")) == 0o660)
        let other = try Listener.bind(path: folder.file("b"), mode: 0o600)
        #expect(try mode(folder.file("b")) == 0o600)
        _ = consume listener
        _ = consume other
    }

    @Test func `the listener removes its socket's file`() throws {
        let folder = try TemporaryFolder()
        do {
            let listener = try Listener.bind(path: folder.file("a"))
            #expect(SocketFile(path: folder.file("a")) != nil)
            _ = consume listener
        }
        #expect(SocketFile(path: folder.file("a")) == nil)
    }

    @Test func `a listener keeps the socket file of its successor`() throws {
        let folder = try TemporaryFolder()
        let first = try Listener.bind(path: folder.file("a"))
        first.withdraw()
        let second = try Listener.bind(path: folder.file("a"))
        _ = consume first
        #expect(SocketFile(path: folder.file("a")) != nil)
        second.withdraw()
        #expect(SocketFile(path: folder.file("a")) == nil)
    }

    @Test func `a stale socket is replaced`() throws {
        let folder = try TemporaryFolder()
        let stale = try Listener.bind(path: folder.file("a"))
        try FileManager.default.moveItem(atPath: folder.file("a"), toPath: folder.file("b"))
        _ = consume stale
        #expect(SocketFile(path: folder.file("b")) != nil)
        let listener = try Listener.bind(path: folder.file("b"))
        #expect(try mode(folder.file("b")) == 0o660)
        _ = try FastCGIClient(path: folder.file("b"))
        _ = consume listener
    }

    @Test func `a socket in use is refused and kept`() throws {
        let folder = try TemporaryFolder()
        let listener = try Listener.bind(path: folder.file("a"))
        #expect(throws: ListenerError.inUse(folder.file("a"))) { _ = try Listener.bind(path: folder.file("a")) }
        _ = try FastCGIClient(path: folder.file("a"))
        _ = consume listener
    }

    @Test func `a file that is not a socket is refused and kept`() throws {
        let folder = try TemporaryFolder()
        try "precious".write(toFile: folder.file("a"), atomically: false, encoding: .utf8)
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: folder.file("a"))
        for path in [folder.file("a"), folder.file("link"), folder.path] {
            #expect(throws: ListenerError.notASocket(path)) { _ = try Listener.bind(path: path) }
        }
        #expect(try String(contentsOfFile: folder.file("a"), encoding: .utf8) == "precious")
    }

    @Test func `an invalid socket path is refused`() throws {
        let folder = try TemporaryFolder()
        let longest = folder.file(String(repeating: "x", count: 106 - folder.path.utf8.count))
        _ = try Listener.bind(path: longest)
        for path in [longest + "x", "", "a\0b", "@abstract"] {
            #expect(throws: ListenerError.invalidPath(path)) { _ = try Listener.bind(path: path) }
        }
        #expect(throws: ListenerError.system(SystemCallError("bind", code: ENOENT), path: folder.file("no/a"))) {
            _ = try Listener.bind(path: folder.file("no/a"))
        }
    }

    @Test func `the service manager's socket is used`() throws {
        let folder = try TemporaryFolder()
        let owner = try Listener.bind(path: folder.file("a"))
        let environment = ["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "1"]
        do {
            let listener = try Listener.inherited(environment: environment, firstDescriptor: dup(owner.descriptor))
            let isTaken = listener != nil
            #expect(isTaken)
        }
        #expect(SocketFile(path: folder.file("a")) != nil)
        #expect(throws: ListenerError.notListening(descriptor: 999)) {
            _ = try Listener.inherited(environment: environment, firstDescriptor: 999)
        }
    }

    @Test(arguments: [
        ["LISTEN_PID": "1", "LISTEN_FDS": "1"],
        ["LISTEN_FDS": "1"],
        [:],
        ["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "0"],
        ["LISTEN_PID": "\(getpid())"],
    ])
    func `variables for another process are ignored`(_ environment: [String: String]) throws {
        let isNone = try Listener.inherited(environment: environment, firstDescriptor: 999, standardInput: 999) == nil
        #expect(isNone)
    }

    @Test func `a variable that is not a number is an error that names it`() throws {
        let expected = ListenerError.invalidEnvironment(name: "LISTEN_PID", value: "x")
        #expect(throws: expected) { _ = try Listener.inherited(environment: ["LISTEN_PID": "x"]) }
        #expect(expected.description.contains("LISTEN_PID"))
    }

    @Test func `standard input is used if it is a listening socket`() throws {
        let folder = try TemporaryFolder()
        let owner = try Listener.bind(path: folder.file("a"))
        let listener = try Listener.inherited(environment: [:], standardInput: dup(owner.descriptor))
        let isTaken = listener != nil
        #expect(isTaken)
    }

    @Test func `a network socket is refused`() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        #expect(listen(descriptor, 1) == 0)
        #expect(throws: ListenerError.notLocal(descriptor: descriptor)) { _ = try Listener.adopt(descriptor) }
    }
}
