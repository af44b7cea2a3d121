package import Curl

/// What the operator can set about connections that portraitd makes.
package struct OutgoingSettings: Equatable, Sendable {
    /// Networks that may be connected to although they are not public.
    package let allowed: [IPNetwork]
    /// The certificates to trust instead of the machine's own, in one PEM file.
    package let certificateFile: String?
    /// How long the fetching of one picture may take, in seconds.
    package let importTimeout: Int
}

extension SettingsReader {
    mutating func outgoing() -> OutgoingSettings {
        OutgoingSettings(
            allowed: networks("PORTRAITD_OUTGOING_ALLOW"),
            certificateFile: text("PORTRAITD_OUTGOING_CA_FILE"),
            importTimeout: integer("PORTRAITD_IMPORT_TIMEOUT", in: 1...300, default: 30)
        )
    }

    private mutating func networks(_ key: String) -> [IPNetwork] {
        let texts = list(key)
        let networks = texts.compactMap { IPNetwork($0) }
        if networks.count != texts.count {
            addFault(key, "networks like 10.1.0.0/16 or fd12:3456::/32, or addresses, separated by commas")
        }
        return networks
    }
}
