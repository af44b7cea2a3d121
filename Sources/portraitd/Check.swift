import ArgumentParser
import Composition
import Configuration
import Curl
import FastCGI
import HTTPTypes
import Imaging
import Logging
import ProfileImages
import Server
import Storage
import SystemPackage

/// `portraitd check`: checks the settings, and with `--connect` the resources that they name.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print every setting with its value and where it comes from, and all faults.",
        discussion: """
            Of a secret only the length is printed. --connect also tests the database, the state folder, the socket \
            and, if PORTRAITD_PUBLIC_URL is set, nginx. Exits with 78 if a setting is faulty, and with 1 if a test \
            fails.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Also test the database, the state folder, the socket and nginx.")
    var connect = false

    @Flag(help: "Print one JSON object per line.")
    var json = false

    func run() throws {
        let settings = try effectiveSettings()
        guard connect else { return }
        let outcomes = ConnectionChecks(settings).run()
        for outcome in outcomes { print(json ? try JSONLine.text(outcome) : outcome.text) }
        guard outcomes.allSatisfy(\.isWell) else { throw ExitCode.failure }
    }

    private func effectiveSettings() throws -> Settings {
        do {
            let settings = try Settings(options.source())
            try show(settings.effective)
            return settings
        } catch let error as SettingsFaults {
            try show(error.effective)
            if json { for fault in error.faults { print(try JSONLine.text(["fault": fault])) } }
            throw ExitCode.configuration.because(error.description)
        }
    }

    private func show(_ effective: [EffectiveSetting]) throws {
        for setting in effective {
            print(json ? try JSONLine.text(setting) : "\(setting.key)=\(setting.value)\t(\(setting.origin))")
        }
    }
}

/// Tests the resources that the settings name.
struct ConnectionChecks {
    /// The header fields that the nginx snippets add to every public picture.
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
        guard let url = settings.service.publicURL else { return stores }
        return stores + [CheckOutcome("nginx") { try nginx(url) }, CheckOutcome("pictures") { try pictures(url) }]
    }

    private func database() throws -> String {
        let store = try SQLiteMetadataStore(settings, for: .reading)
        if let fault = try store.integrityFaults().first { throw Fault("The database is damaged: \(fault)") }
        // The database exists at this point, so opening it creates no file.
        try SQLiteMetadataStore(settings, for: .writing).checkWritable()
        return "\(try store.read { try $0.profileCount(ProfileQuery(limit: 0)) }) users, undamaged, writable"
    }

    private func storage() throws -> String {
        try FileObjectStore(root: FilePath(settings.statePath)).checkWritable()
        return "\(settings.statePath) is writable"
    }

    private func socket() throws -> String {
        guard try Listener.isAnswering(path: settings.socketPath) else {
            throw Fault("No process listens on \(settings.socketPath): start portraitd.socket.")
        }
        return "a process listens on \(settings.socketPath)"
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
            return "there is no picture to test"
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
        // The URL comes from the operator, so it may be private.
        let everywhere = AddressPolicy(allowing: ["0.0.0.0/0", "::/0"].compactMap { IPNetwork($0) })
        let policy = HTTPPolicy(
            addresses: everywhere,
            userAgent: "portraitd/\(Release.version)",
            maxBodyBytes: settings.service.limits.maxBytes,
            certificateFile: settings.worker.certificateFile
        )
        var client = try HTTPClient(policy: policy)
        return try client.send(HTTPCall(.get, url))
    }
}

/// The result of one check.
struct CheckOutcome: Encodable {
    let what: String
    let isWell: Bool
    let detail: String

    var text: String {
        "\(isWell ? "ok" : "FAULT")\t\(what)\t\(detail)"
    }

    /// - Parameter check: returns the finding, or throws the fault.
    init(_ what: String, check: () throws -> String) {
        self.what = what
        do {
            detail = try check()
            isWell = true
        } catch {
            detail = "\(error)"
            isWell = false
        }
    }
}
