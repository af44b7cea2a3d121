import Composition
import Configuration
import Foundation
import Imaging
@testable import Server
import Testing

@Suite struct SettingsTests {
    @Test func `the defaults are the documented ones`() throws {
        let settings = try Settings(SettingsSource(environment: [:]))
        #expect(settings.service.output.sides == [64, 128, 256, 512])
        #expect(settings.service.output.formats == [.jpeg, .webp, .avif])
        #expect(settings.service.output.encoding == ImageEncoding())
        #expect(settings.service.limits.maxBytes == 10_485_760)
        #expect(settings.service.limits.maxPixels == 64_000_000)
        #expect(settings.service.limits.maxWidth == 16_384)
        #expect(settings.service.limits.maxHeight == 16_384)
        #expect(settings.service.limits.maxAspect == 20)
        #expect(settings.service.limits.maxFrames == 1000)
        #expect(settings.service.limits.maxSeconds == 10)
        #expect(!settings.service.limits.strictJPEG)
        #expect(settings.service.memoryBudget == 220_200_960)
        #expect(settings.service.maxWait == .seconds(10))
        #expect(settings.service.workers >= 64)
        #expect(!settings.trustsRemoteUser)
        #expect(settings.service.cors.allowedOrigins.isEmpty)
        #expect(settings.worker.keepEventsDays == 14)
    }

    @Test(arguments: 1...4) func `a service with few workers accepts large pictures`(workers: Int) throws {
        let settings = try Settings(SettingsSource(environment: ["PORTRAITD_WORKERS": String(workers)]))
        _ = try MemoryBudget.forUploads(settings.service).reserve(settings.service.limits.maxBytes)
        _ = try MemoryBudget.forDecoding(settings.service).reserve(100 << 20)
    }

    @Test func `uploads never use the last eighth of the workers`() throws {
        let settings = try Settings(SettingsSource(environment: ["PORTRAITD_WORKERS": "16"]))
        let budget = MemoryBudget.forUploads(settings.service)
        let start = ContinuousClock.now
        try holding(14, of: budget) { #expect(throws: ImageError.busy) { _ = try budget.reserve(1) } }
        #expect(start.duration(to: .now) < settings.service.maxWait)
    }

    private func holding(_ count: Int, of budget: MemoryBudget, _ body: () throws -> Void) throws {
        guard count > 0 else { return try body() }
        let reservation = try budget.reserve(1)
        try holding(count - 1, of: budget, body)
        _ = consume reservation
    }

    @Test func `the file is read, and the environment overrides it`() throws {
        let file = """
            # comment
            ; comment
            PORTRAITD_SIDES = 512, 64,256

              PORTRAITD_FORMATS="png, webp"
            PORTRAITD_PUBLIC_URL='https://img.example.com/'
            PORTRAITD_WEBP_QUALITY=90
            PORTRAITD_AVIF_QUALITY=91
            PORTRAITD_JPEG_QUALITY=92
            PORTRAITD_JPEG_PROGRESSIVE=true
            PORTRAITD_BACKGROUND=#102030
            """
        let environment = ["PORTRAITD_WEBP_QUALITY": "75", "HOME": "/"]
        let source = SettingsSource(file: file, fileName: "f", environment: environment)
        let settings = try Settings(source)
        #expect(settings.service.output.sides == [64, 256, 512])
        #expect(settings.service.output.formats == [.png, .webp])
        let encoding = ImageEncoding(
            jpegQuality: 92,
            webpQuality: 75,
            avifQuality: 91,
            isProgressive: true,
            background: RGBColour(red: 16, green: 32, blue: 48)
        )
        #expect(settings.service.output.encoding == encoding)
        #expect(settings.service.publicURL == "https://img.example.com")
    }

    @Test(arguments: [
        (
            "PORTRAITD_JPEG_QUALITY=0",
            "PORTRAITD_JPEG_QUALITY (f line 1) is \"0\"; it must be a whole number from 1 to 100."
        ),
        (
            "PORTRAITD_JPEG_QUALITY=70%",
            "PORTRAITD_JPEG_QUALITY (f line 1) is \"70%\"; it must be a whole number from 1 to 100."
        ),
        (
            "PORTRAITD_FORMATS=jpeg,gif",
            "PORTRAITD_FORMATS (f line 1) is \"jpeg,gif\"; it must be different ones of jpeg, png, webp, avif, separated by commas."
        ),
        (
            "PORTRAITD_BACKGROUND=white",
            "PORTRAITD_BACKGROUND (f line 1) is \"white\"; it must be a colour like #ffffff."
        ),
        ("PORTRAITD_REMOTE_USER=yes", "PORTRAITD_REMOTE_USER (f line 1) is \"yes\"; it must be true or false."),
        (
            "PORTRAITD_SIDES=64,64",
            "PORTRAITD_SIDES (f line 1) is \"64,64\"; it must be different whole numbers from 1 to 2048, separated by commas."
        ),
        (
            "PORTRAITD_PUBLIC_URL=img.example.com",
            "PORTRAITD_PUBLIC_URL (f line 1) is \"img.example.com\"; it must be a URL like https://images.example.com."
        ),
        (
            "PORTRAITD_OUTGOING_ALLOW=10.1.2.3/16",
            "PORTRAITD_OUTGOING_ALLOW (f line 1) is \"10.1.2.3/16\"; it must be networks like 10.1.0.0/16 or fd12:3456::/32, or addresses, separated by commas."
        ),
        ("PORTRAITD_QUALTIY=70", "PORTRAITD_QUALTIY (f line 1) is not a setting of portraitd."),
        ("quality=70", "quality (f line 1) is not a setting of portraitd."),
        ("PORTRAITD_JPEG_QUALITY", "f line 1 is not KEY=value."),
        ("PORTRAITD_JPEG_QUALITY=70\nPORTRAITD_JPEG_QUALITY=71", "f line 2 sets PORTRAITD_JPEG_QUALITY a second time."),
        ("PORTRAITD_JWT_SECRET=short", "PORTRAITD_JWT_SECRET holds a secret of 5 bytes; it needs 32."),
        ("PORTRAITD_JWT_SECRET_FILE=/none", "PORTRAITD_JWT_SECRET_FILE names a file that cannot be read: /none."),
    ])
    func `a fault is reported with its place and never replaced by a default`(
        _ line: String,
        _ fault: String
    ) {
        let error = #expect(throws: SettingsFaults.self) {
            try Settings(SettingsSource(file: line, fileName: "f", environment: [:]))
        }
        #expect(error?.faults == [fault])
    }

    @Test func `every limit can be set`() throws {
        let keys = ["BYTES", "PIXELS", "WIDTH", "HEIGHT", "ASPECT", "FRAMES", "SECONDS", "WAIT"]
        let values = zip(keys, [2000, 300, 400, 500, 6, 7, 8, 9]).map { ("PORTRAITD_MAX_\($0)", String($1)) }
        let settings = try Settings(SettingsSource(environment: Dictionary(uniqueKeysWithValues: values)))
        #expect(settings.service.limits.maxBytes == 2000)
        #expect(settings.service.limits.maxPixels == 300)
        #expect(settings.service.limits.maxWidth == 400)
        #expect(settings.service.limits.maxHeight == 500)
        #expect(settings.service.limits.maxAspect == 6)
        #expect(settings.service.limits.maxFrames == 7)
        #expect(settings.service.limits.maxSeconds == 8)
        #expect(settings.service.maxWait == .seconds(9))
    }

    @Test func `the memory budget always has room for the longest upload`() throws {
        let long = ["PORTRAITD_MAX_BYTES": "100000000"]
        #expect(try Settings(SettingsSource(environment: long)).service.memoryBudget == 1_000_000_000)
        let small = ["PORTRAITD_MEMORY_BUDGET": "104857600"]
        #expect(try Settings(SettingsSource(environment: small)).service.memoryBudget == 104_857_600)
        #expect(throws: SettingsFaults.self) {
            try Settings(SettingsSource(environment: ["PORTRAITD_MEMORY_BUDGET": "104857599"]))
        }
    }

    @Test func `lines may have Windows line ends`() throws {
        let file = "PORTRAITD_JWT_ISSUER=https://a\r\nPORTRAITD_JWT_AUDIENCE=us\r\n"
        let settings = try Settings(SettingsSource(file: file, fileName: "f", environment: [:]))
        #expect(settings.tokenPolicy == TokenPolicy(issuer: "https://a", audience: "us", leeway: 30))
    }

    // The worker's unit removes the keys in this way.
    @Test func `an empty variable resets the setting of the file`() throws {
        let key = "PORTRAITD_JWT_SECRET_FILE"
        let settings = try Settings(SettingsSource(file: "\(key)=/none", fileName: "f", environment: [key: ""]))
        #expect(settings.jwtSecret == nil)
    }

    @Test func `all faults are reported at once`() throws {
        let environment = ["PORTRAITD_JPEG_QUALITY": "x", "PORTRAITD_SIDES": "x", "PORTRAITD_NONE": "x"]
        let error = #expect(throws: SettingsFaults.self) { try Settings(SettingsSource(environment: environment)) }
        #expect(error?.faults.count == 3)
    }

    @Test func `each setting is listed with its value and its origin, without secrets`() throws {
        let file = "PORTRAITD_SIDES=64, 32\nPORTRAITD_JWT_SECRET=\(TestApplication.secret)"
        let environment = ["PORTRAITD_JPEG_QUALITY": "71"]
        let effective = try Settings(SettingsSource(file: file, fileName: "f", environment: environment)).effective
        func entry(_ key: String) -> [String?] {
            let entry = effective.first { $0.key == key }
            return [entry?.value, entry?.origin]
        }
        #expect(entry("PORTRAITD_SIDES") == ["64, 32", "f line 1"])
        #expect(entry("PORTRAITD_JPEG_QUALITY") == ["71", "the environment"])
        #expect(entry("PORTRAITD_BACKGROUND") == ["#ffffff", "default"])
        #expect(entry("PORTRAITD_JWT_SECRET") == ["(39 bytes)", "f line 2"])
        #expect(Set(effective.map(\.key)).count == effective.count)
    }

    @Test func `setting the listed defaults changes nothing`() throws {
        let defaults = try Settings(SettingsSource(environment: [:]))
        let told = defaults.effective.filter { !$0.value.isEmpty }.map { "\($0.key)=\($0.value)" }
        let set = try Settings(SettingsSource(file: told.joined(separator: "\n"), fileName: "f", environment: [:]))
        #expect(set.effective.map(\.value) == defaults.effective.map(\.value))
        #expect(set.service.output == defaults.service.output)
        #expect(set.service.media == defaults.service.media)
        #expect(set.service.avatars == defaults.service.avatars)
        #expect(set.service.profiles == defaults.service.profiles)
    }

    @Test func `a secret may be in a file`() throws {
        let path = NSTemporaryDirectory() + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data((TestApplication.secret + "\n").utf8).write(to: URL(filePath: path))
        let settings = try Settings(SettingsSource(environment: ["PORTRAITD_JWT_SECRET_FILE": path]))
        #expect(settings.jwtSecret == TestApplication.secret)
        let both = ["PORTRAITD_JWT_SECRET_FILE": path, "PORTRAITD_JWT_SECRET": TestApplication.secret]
        #expect(throws: SettingsFaults.self) { try Settings(SettingsSource(environment: both)) }
    }

    // systemd.exec(5), LoadCredential=: the unit's secrets are files in the folder that a variable names.
    @Test func `a secret may be a systemd credential, and a setting overrides it`() throws {
        let folder = NSTemporaryDirectory() + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let environment = ["CREDENTIALS_DIRECTORY": folder]
        #expect(try Settings(SettingsSource(environment: environment)).jwtSecret == nil)

        let credential = String(repeating: "c", count: 32)
        try Data((credential + "\n").utf8).write(to: URL(filePath: "\(folder)/jwt-secret"))
        let settings = try Settings(SettingsSource(environment: environment))
        #expect(settings.jwtSecret == credential)
        let told = settings.effective.first { $0.key == "PORTRAITD_JWT_SECRET" }
        #expect(told?.value == "(32 bytes)")
        #expect(told?.origin == "the credential jwt-secret")
        let own = environment.merging(["PORTRAITD_JWT_SECRET": TestApplication.secret]) { $1 }
        #expect(try Settings(SettingsSource(environment: own)).jwtSecret == TestApplication.secret)

        try Data("short".utf8).write(to: URL(filePath: "\(folder)/jwt-secret"))
        let error = #expect(throws: SettingsFaults.self) { try Settings(SettingsSource(environment: environment)) }
        #expect(error?.faults == ["the credential jwt-secret holds a secret of 5 bytes; it needs 32."])
    }
}
