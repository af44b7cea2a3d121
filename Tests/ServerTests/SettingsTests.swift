import Foundation
import Imaging
@testable import Server
import Testing

@Suite struct SettingsTests {
    @Test func `the defaults are those that users of such services know`() throws {
        let settings = try Settings(SettingsSource(environment: [:]))
        #expect(settings.output.sides == [256])
        #expect(settings.output.format == .jpeg)
        #expect(settings.output.quality == 70)
        #expect(settings.limits.maxBytes == 10_485_760)
        #expect(settings.limits.maxPixels == 50_000_000)
        #expect(settings.limits.maxWidth == 16_384)
        #expect(settings.limits.maxHeight == 16_384)
        #expect(settings.limits.maxAspect == 20)
        #expect(settings.limits.maxFrames == 1000)
        #expect(settings.limits.maxSeconds == 10)
        #expect(settings.memoryBudget == 209_715_200)
        #expect(settings.maxWait == .seconds(10))
        #expect(settings.workers >= 64)
        #expect(!settings.trustsRemoteUser)
        #expect(settings.cors.allowedOrigins.isEmpty)
    }

    @Test func `the file is read, and the environment overrides it`() throws {
        let file = """
            # comment
            ; comment
            PORTRAITD_SIDES = 512, 64,256

              PORTRAITD_FORMAT="png"
            PORTRAITD_PUBLIC_URL='https://img.example.com/'
            PORTRAITD_QUALITY=90
            """
        let source = SettingsSource(file: file, fileName: "f", environment: ["PORTRAITD_QUALITY": "80", "HOME": "/"])
        let settings = try Settings(source)
        #expect(settings.output.sides == [64, 256, 512])
        #expect(settings.output.format == .png)
        #expect(settings.output.quality == 80)
        #expect(settings.publicURL == "https://img.example.com")
    }

    @Test(arguments: [
        ("PORTRAITD_QUALITY=0", "PORTRAITD_QUALITY (f line 1) is \"0\"; it must be a whole number from 1 to 100."),
        ("PORTRAITD_QUALITY=70%", "PORTRAITD_QUALITY (f line 1) is \"70%\"; it must be a whole number from 1 to 100."),
        ("PORTRAITD_FORMAT=bmp", "PORTRAITD_FORMAT (f line 1) is \"bmp\"; it must be one of jpeg, png."),
        ("PORTRAITD_REMOTE_USER=yes", "PORTRAITD_REMOTE_USER (f line 1) is \"yes\"; it must be true or false."),
        (
            "PORTRAITD_SIDES=64,64",
            "PORTRAITD_SIDES (f line 1) is \"64,64\"; it must be different whole numbers from 1 to 2048, separated by commas."
        ),
        (
            "PORTRAITD_PUBLIC_URL=img.example.com",
            "PORTRAITD_PUBLIC_URL (f line 1) is \"img.example.com\"; it must be a URL like https://images.example.com."
        ),
        ("PORTRAITD_QUALTIY=70", "PORTRAITD_QUALTIY (f line 1) is not a setting of portraitd."),
        ("quality=70", "quality (f line 1) is not a setting of portraitd."),
        ("PORTRAITD_QUALITY", "f line 1 is not KEY=value."),
        ("PORTRAITD_QUALITY=70\nPORTRAITD_QUALITY=71", "f line 2 sets PORTRAITD_QUALITY a second time."),
        ("PORTRAITD_JWT_SECRET=short", "PORTRAITD_JWT_SECRET holds a secret of 5 bytes; it needs 32."),
        ("PORTRAITD_JWT_SECRET_FILE=/none", "PORTRAITD_JWT_SECRET_FILE names a file that cannot be read: /none."),
    ])
    func `a fault is reported in words that name its place, and never becomes a default`(
        _ line: String,
        _ fault: String
    ) {
        #expect(throws: SettingsFaults(faults: [fault])) {
            try Settings(SettingsSource(file: line, fileName: "f", environment: [:]))
        }
    }

    @Test func `every limit can be set`() throws {
        let keys = ["BYTES", "PIXELS", "WIDTH", "HEIGHT", "ASPECT", "FRAMES", "SECONDS", "WAIT"]
        let values = zip(keys, [2000, 300, 400, 500, 6, 7, 8, 9]).map { ("PORTRAITD_MAX_\($0)", String($1)) }
        let settings = try Settings(SettingsSource(environment: Dictionary(uniqueKeysWithValues: values)))
        #expect(settings.limits.maxBytes == 2000)
        #expect(settings.limits.maxPixels == 300)
        #expect(settings.limits.maxWidth == 400)
        #expect(settings.limits.maxHeight == 500)
        #expect(settings.limits.maxAspect == 6)
        #expect(settings.limits.maxFrames == 7)
        #expect(settings.limits.maxSeconds == 8)
        #expect(settings.maxWait == .seconds(9))
    }

    @Test func `the memory budget always fits the longest upload`() throws {
        let long = ["PORTRAITD_MAX_BYTES": "100000000"]
        #expect(try Settings(SettingsSource(environment: long)).memoryBudget == 600_000_000)
        let small = ["PORTRAITD_MEMORY_BUDGET": "62914560"]
        #expect(try Settings(SettingsSource(environment: small)).memoryBudget == 62_914_560)
        #expect(throws: SettingsFaults.self) {
            try Settings(SettingsSource(environment: ["PORTRAITD_MEMORY_BUDGET": "62914559"]))
        }
    }

    @Test func `lines may end as on Windows`() throws {
        let file = "PORTRAITD_JWT_ISSUER=https://a\r\nPORTRAITD_JWT_AUDIENCE=us\r\n"
        let settings = try Settings(SettingsSource(file: file, fileName: "f", environment: [:]))
        #expect(settings.tokenPolicy == TokenPolicy(issuer: "https://a", audience: "us", leeway: 30))
    }

    @Test func `all faults are reported at once`() throws {
        let environment = ["PORTRAITD_QUALITY": "x", "PORTRAITD_SIDES": "x", "PORTRAITD_NONE": "x"]
        let error = #expect(throws: SettingsFaults.self) { try Settings(SettingsSource(environment: environment)) }
        #expect(error?.faults.count == 3)
    }

    @Test func `a secret may stand in a file`() throws {
        let path = NSTemporaryDirectory() + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data((TestApplication.secret + "\n").utf8).write(to: URL(filePath: path))
        let settings = try Settings(SettingsSource(environment: ["PORTRAITD_JWT_SECRET_FILE": path]))
        #expect(settings.jwtSecret == TestApplication.secret)
        let both = ["PORTRAITD_JWT_SECRET_FILE": path, "PORTRAITD_JWT_SECRET": TestApplication.secret]
        #expect(throws: SettingsFaults.self) { try Settings(SettingsSource(environment: both)) }
    }
}
