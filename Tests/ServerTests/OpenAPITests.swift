import Foundation
import HTTPTypes
@testable import Server
import Testing

@Suite struct OpenAPITests {
    @Test func `the description is that of this version: it has every operation, and no other`() async throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/openapi.json")
        let description = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        let paths = try #require(description?["paths"] as? [String: [String: Any]])
        let described = paths.flatMap { path, item in
            item.keys.filter { $0 != "parameters" }.map { "\($0.uppercased()) \(path)" }
        }
        let api = try await TestApplication().router.native
        let served = api.routes.flatMap { route in
            route.methods.map { "\($0.rawValue) \(route.template.text)" }
        }
        #expect(Set(described).subtracting(served) == [])
        #expect(Set(served).subtracting(described) == [])
        #expect((description?["info"] as? [String: Any])?["version"] as? String == Release.version)
    }
}
