import Glibc
import Synchronization

// Redirects lead wherever libFuzzer thinks of: no name is looked up, and nothing but the server of the test is connected to.
// libcurl finds these functions instead of the C library's.

/// The port of the server of the test.
let allowedPort = Mutex<UInt16>(0)

/// getaddrinfo(3): EAI_NONAME. libcurl itself reads addresses.
@_cdecl("getaddrinfo")
public func lookUp(
    _ name: UnsafePointer<CChar>?,
    _ service: UnsafePointer<CChar>?,
    _ hints: UnsafeRawPointer?,
    _ result: UnsafeMutableRawPointer?
) -> CInt {
    EAI_NONAME
}

/// connect(2): ECONNREFUSED for another port.
@_cdecl("connect")
public func connect(_ descriptor: CInt, _ address: UnsafeRawPointer?, _ length: UInt32) -> CInt {
    typealias Connect = @convention(c) (CInt, UnsafeRawPointer?, socklen_t) -> CInt
    // RTLD_NEXT, which Swift does not import.
    let next = unsafe UnsafeMutableRawPointer(bitPattern: -1)
    guard let address = unsafe address, Int(length) >= MemoryLayout<sockaddr_in>.size,
        let function = unsafe dlsym(next, "connect"),
        case let target = unsafe address.loadUnaligned(as: sockaddr_in.self), target.sin_family == sa_family_t(AF_INET),
        allowedPort.withLock({ $0 }) == UInt16(bigEndian: target.sin_port)
    else {
        errno = ECONNREFUSED
        return -1
    }
    return unsafe unsafeBitCast(function, to: Connect.self)(descriptor, address, length)
}
