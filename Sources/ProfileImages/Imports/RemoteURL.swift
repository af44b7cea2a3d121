import FoundationEssentials

/// Where a picture elsewhere is: an absolute http or https URL without a name and password.
package struct RemoteURL: RawRepresentable, Hashable, Codable, Sendable {
    package static let maxBytes = 2048

    package let rawValue: String

    /// Returns nil when `rawValue` is not such a URL. Whether it leads anywhere only fetching it can tell.
    package init?(rawValue: String) {
        guard rawValue.utf8.count <= Self.maxBytes, rawValue.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            let url = URL(string: rawValue), ["http", "https"].contains(url.scheme?.lowercased()),
            url.host()?.isEmpty == false, url.user() == nil, url.password() == nil
        else { return nil }
        self.rawValue = rawValue
    }
}
