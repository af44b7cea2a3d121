/// Which addresses this machine connects to on behalf of somebody else.
///
/// It judges the address of a connection, not a name: what a name means is known only when the connection is made.
package struct AddressPolicy: Equatable, Sendable {
    private let allowed: [IPNetwork]

    /// - Parameter allowed: networks to connect to although they are not of the public Internet.
    package init(allowing allowed: [IPNetwork] = []) {
        self.allowed = allowed
    }

    /// Whether to connect to `address`. One that stands for an IPv4 address is allowed only if that one is, too.
    package func allows(_ address: IPAddress) -> Bool {
        guard address.isPublic || allowed.contains(where: { $0.contains(address) }) else { return false }
        return address.embedded.map(allows) ?? true
    }
}
