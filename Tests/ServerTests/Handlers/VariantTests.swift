import Foundation
import HTTPTypes
import Imaging
import ProfileImages
@testable import Server
import Storage
import Synchronization
import Testing

@Suite struct VariantTests {
    private let app: TestApplication
    private let image: MediaID
    private let folder: String

    init() async throws {
        app = try await TestApplication(["PORTRAITD_SIDES": "32,64", "PORTRAITD_FORMATS": "png,webp,avif"])
        image = try Self.set(in: app)
        folder = "/images/\(image.rawValue)"
    }

    private static func set(in app: TestApplication) throws -> MediaID {
        let alice = try #require(UserID(rawValue: "alice"))
        return try app.services.images.replaceImage(of: alice, with: NewImage(TestPicture.gif()), if: .none, by: .test)
            .image.id
    }

    private func get(_ path: String, accept: String? = nil) throws -> Response {
        try app.send(.get, path, accept.map { [.accept: $0] } ?? [:])
    }

    /// The internal path from which nginx sends the files of an image.
    private func sent(_ image: MediaID) -> String {
        "/_portraitd/variant/images/\(image.rawValue.prefix(2))/\(image.rawValue)"
    }

    private var files: [Substring] {
        app.publicFiles.compactMap { $0.split(separator: "/").last }
    }

    @Test(arguments: ["32.png", "32.webp", "32.avif", "64.avif"])
    func `a variant is rendered and stored at its first request`(_ name: String) throws {
        #expect(files == ["64.png"])
        let response = try get("\(folder)/\(name)")
        #expect(response.status == .ok)
        #expect(response.headerFields[.xAccelRedirect] == "\(sent(image))/\(name)")
        #expect(response.headerFields[.vary] == nil)
        #expect(files.contains(name[...]))
        let path = "public/images/\(image.rawValue.prefix(2))/\(image.rawValue)/\(name)"
        let bytes = try Array(Data(contentsOf: URL(filePath: "\(app.folder)/\(path)")))
        if !name.hasSuffix("avif") { #expect(try ImageHeader.read(bytes).width == Int(name.prefix(2))) }
    }

    @Test(
        arguments: [
            ("", "png"), ("*/*", "png"), ("image/*", "png"), ("image/webp", "webp"), ("image/avif,image/webp", "avif"),
            ("image/webp, image/avif;q=0.5", "avif"), ("image/avif;q=0, image/webp", "webp"), ("text/html", "png"),
        ]
    )
    func `without an extension Accept decides the format`(_ accept: String, _ format: String) throws {
        let response = try get("\(folder)/32", accept: accept)
        #expect(response.headerFields[.xAccelRedirect] == "\(sent(image))/32.\(format)")
        #expect(response.headerFields[.vary] == "Accept")
    }

    @Test func `a disabled format is never chosen`() async throws {
        let app = try await TestApplication(["PORTRAITD_SIDES": "32", "PORTRAITD_FORMATS": "jpeg"])
        let image = try Self.set(in: app)
        let path = "/images/\(image.rawValue)/32"
        let response = try app.send(.get, path, [.accept: "image/avif,image/webp"])
        #expect(response.headerFields[.xAccelRedirect] == "\(sent(image))/32.jpg")
        #expect(try app.send(.get, "\(path).webp").status == .notFound)
    }

    @Test(
        arguments: [("1", "32"), ("33", "64"), ("33.webp", "64.webp"), ("040.avif", "64.avif"), ("0064.png", "64.png")]
    )
    func `an unknown side redirects to the next larger one`(_ asked: String, _ location: String) throws {
        let response = try get("\(folder)/\(asked)")
        #expect(response.status == .found)
        #expect(response.headerFields[.location] == location)
        #expect(files == ["64.png"])
    }

    @Test(
        arguments: [
            "65", "65.png", "9999.webp", "32.jpg", "32.gif", "32.", "32.png.webp", "32x", "x", "", "12345", "+32",
            "-1.png",
        ]
    )
    func `an unavailable variant is 404`(_ name: String) throws {
        let response = try get("\(folder)/\(name)")
        #expect(response.status == .notFound)
        #expect(response.headerFields[.contentType] == "application/problem+json")
        #expect(files == ["64.png"])
    }

    @Test func `an unknown image is 404`() throws {
        #expect(try get("/images/\(MediaID.random().rawValue)/32.png").status == .notFound)
        #expect(try get("/images/\(image.rawValue.dropLast())/32.png").status == .notFound)
        #expect(try get("/images/\(image.rawValue.uppercased())g/32.png").status == .notFound)
    }

    @Test func `only GET and HEAD are allowed`() throws {
        #expect(try app.send(.put, "\(folder)/32.png").status == .methodNotAllowed)
        #expect(try app.send(.head, "\(folder)/32.png").status == .ok)
    }

    @Test func `parallel first requests share one rendering`() async throws {
        for name in ["32.avif", "64.avif", "64.webp"] {
            let path = "\(app.folder)/public/images/\(image.rawValue.prefix(2))/\(image.rawValue)/\(name)"
            let files = await withTaskGroup(of: Int?.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        // A second rendering would replace the file.
                        guard (try? get("\(folder)/\(name)"))?.status == .ok else { return nil }
                        return try? FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
                    }
                }
                return await group.reduce(into: Set<Int?>()) { $0.insert($1) }
            }
            #expect(files.count == 1)
            #expect(!files.contains(nil))
        }
    }

    @Test func `a variant that is rendered during the image's deletion does not stay`() async throws {
        for _ in 0..<20 {
            let image = try Self.set(in: app)
            await withTaskGroup(of: Void.self) { group in
                for name in ["32.png", "32.webp", "64.webp"] {
                    group.addTask { _ = try? get("/images/\(image.rawValue)/\(name)") }
                }
                group.addTask {
                    guard let alice = UserID(rawValue: "alice") else { return }
                    try? app.services.images.deleteImage(of: alice, if: .none, by: .test)
                    #expect(files.isEmpty)
                }
            }
            #expect(files.isEmpty)
        }
    }

    @Test func `replacing an image removes its variants and its master`() throws {
        _ = try get("\(folder)/32.webp")
        let masters = {
            FileManager.default.subpaths(atPath: "\(app.folder)/masters")?.filter { $0.contains(".") } ?? []
        }
        #expect(masters() == ["\(image.rawValue.prefix(2))/\(image.rawValue)/master.jpg"])
        _ = try Self.set(in: app)
        #expect(files == ["64.png"])
        #expect(masters().count == 1)
        #expect(!masters()[0].contains(image.rawValue))
    }

    @Test func `a missing master is a 500`() throws {
        try FileManager.default.removeItem(atPath: "\(app.folder)/masters")
        #expect(try get("\(folder)/32.webp").status == .internalServerError)
        #expect(try get("\(folder)/64.png").status == .ok)
    }
}
