import Foundation
import HTTPTypes
@testable import Server
import Testing

/// The requests of Serverpod's clients.
extension TestApplication {
    /// An application with Serverpod's dialect.
    static func serverpod(_ environment: [String: String] = [:]) async throws -> TestApplication {
        try await TestApplication(["PORTRAITD_DIALECTS": "serverpod"].merging(environment) { $1 })
    }

    /// Calls a method like clients of Serverpod 4.
    func call(
        _ method: String,
        _ arguments: String = "{}",
        of endpoint: String = "userProfile",
        _ fields: HTTPFields = .user("alice")
    ) throws -> Response {
        let fields = fields.with(.contentType, "application/json; charset=utf-8")
        return try send(.post, "/\(endpoint)/\(method)", fields, body: Array(arguments.utf8))
    }

    func setUserImage(_ picture: [UInt8], _ fields: HTTPFields = .user("alice")) throws -> Response {
        try call("setUserImage", #"{"image":"\#(Self.byteData(picture))"}"#, fields)
    }

    static func byteData(_ bytes: [UInt8]) -> String {
        "decode('\(Data(bytes).base64EncodedString())', 'base64')"
    }

    /// The request target of the picture's URL in a response.
    func target(_ response: Response) throws -> String {
        let url = try #require(try response.object["imageUrl"] as? String)
        return String(url.dropFirst("https://images.test".count))
    }

    /// The file that nginx is told to send.
    func file(at target: String) throws -> [UInt8] {
        let path = try #require(try send(.get, target).headerFields[.xAccelRedirect])
        let file = "\(folder)/public\(path.dropFirst("/_portraitd/variant".count))"
        return try Array(Data(contentsOf: URL(filePath: file)))
    }
}

extension Response {
    var text: String { String(decoding: body, as: UTF8.self) }
}
