import Curl
import FastCGI
import HTTPTypes
import Imaging
import ProfileImages
import Server
import Storage
import SystemPackage

/// Tries everything that the settings name.
struct ConnectionChecks {
    /// What nginx adds to every public picture, as the snippets say it.
    private static let pictureFields: [(name: HTTPField.Name, value: String)] = [
        (.xContentTypeOptions, "nosniff"), (.contentSecurityPolicy, "sandbox"), (.cacheControl, "immutable"),
    ]

    private let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    func run() -> [CheckOutcome] {
        let stores = [
            CheckOutcome("database", check: database), CheckOutcome("state folder", check: storage),
            CheckOutcome("socket", check: socket),
        ]
        guard let url = settings.publicURL else { return stores }
        return stores + [CheckOutcome("nginx") { try nginx(url) }, CheckOutcome("pictures") { try pictures(url) }]
    }

    private func database() throws -> String {
        let store = try SQLiteMetadataStore(settings, for: .reading)
        if let fault = try store.integrityFaults().first { throw Fault("The database is damaged: \(fault)") }
        // It is there, so that opening it makes none.
        try SQLiteMetadataStore(settings, for: .writing).checkWritable()
        return "\(try store.read { try $0.profileCount(ProfileQuery(limit: 0)) }) users, undamaged, writable"
    }

    private func storage() throws -> String {
        try FileObjectStore(root: FilePath(settings.statePath)).checkWritable()
        return "\(settings.statePath) is writable"
    }

    private func socket() throws -> String {
        guard try Listener.isAnswering(path: settings.socketPath) else {
            throw Fault("Nobody listens on \(settings.socketPath): start portraitd.socket.")
        }
        return "somebody listens on \(settings.socketPath)"
    }

    private func nginx(_ url: String) throws -> String {
        let answer = try get("\(url)/limits")
        guard answer.status == .ok, answer.fields[.xRequestID] != nil else {
            throw Fault("\(url)/limits is answered with \(answer.status.code), not by portraitd.")
        }
        return "\(url) leads to portraitd"
    }

    private func pictures(_ url: String) throws -> String {
        let store = try SQLiteMetadataStore(settings, for: .reading)
        guard let image = try store.read({ try $0.images(after: nil, limit: 1) }).first else {
            return "there is no picture to try"
        }
        let answer = try get("\(url)\(image.path)")
        guard answer.status == .ok else {
            throw Fault("The picture \(image.path) is answered with \(answer.status.code).")
        }
        let lacking = Self.pictureFields.filter { answer.fields[$0.name]?.contains($0.value) != true }
        guard lacking.isEmpty else {
            let names = lacking.map(\.name.rawName).joined(separator: ", ")
            throw Fault("Pictures are sent without \(names) as in nginx/snippets.")
        }
        return "nginx sends them, with their header fields"
    }

    private func get(_ url: String) throws -> HTTPAnswer {
        // The operator's own URL: it may well be private.
        let everywhere = AddressPolicy(allowing: ["0.0.0.0/0", "::/0"].compactMap { IPNetwork($0) })
        let policy = HTTPPolicy(
            addresses: everywhere,
            userAgent: "portraitd/\(Release.version)",
            maxBodyBytes: settings.limits.maxBytes,
            certificateFile: settings.outgoing.certificateFile
        )
        var client = try HTTPClient(policy: policy)
        return try client.send(HTTPCall(.get, url))
    }
}
