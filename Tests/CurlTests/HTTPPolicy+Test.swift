@testable import Curl

extension HTTPPolicy {
    /// Allows the servers of the tests, which listen on this machine.
    static let local = HTTPPolicy(
        addresses: AddressPolicy(allowing: [.v4(127, 0, 0, 1, length: 32)]),
        userAgent: "portraitd/test",
        timeout: .seconds(10)
    )
}
