import Foundation

/// One request by curl.
struct Curl {
    /// The answer to a request. Status 0 means that there is no answer.
    struct Answer: Sendable {
        let status: Int
        let fields: [(name: String, value: String)]
        let body: Data

        /// The fields by lower-case name; the last value of a repeated one.
        var headers: [String: String] {
            fields.reduce(into: [:]) { $0[$1.name.lowercased()] = $1.value }
        }

        var json: [String: Any] {
            ((try? JSONSerialization.jsonObject(with: body)) as? [String: Any]) ?? [:]
        }

        var text: String {
            String(decoding: body, as: UTF8.self)
        }
    }

    /// Runs curl with `arguments`, sends `upload` by PUT unless it is nil, and reads the answer.
    ///
    /// The data passes through files: a child of a parallel test would inherit a pipe, so that it would not end.
    static func send(_ arguments: [String], upload: Data? = nil) throws -> Answer {
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "portraitd-curl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let headerFile = folder.appending(path: "headers")
        let bodyFile = folder.appending(path: "body")
        let uploadFile = folder.appending(path: "upload")
        try upload?.write(to: uploadFile)
        let process = try ChildProcess(
            "/usr/bin/curl",
            [
                "--silent", "--path-as-is", "--max-time", "60", "--dump-header", headerFile.path(), "--output",
                bodyFile.path(),
            ]
                + (upload == nil ? [] : ["--upload-file", uploadFile.path()]) + arguments
        )
        process.wait()
        let head = (try? String(contentsOf: headerFile, encoding: .utf8)) ?? ""
        return answer(head: head, body: (try? Data(contentsOf: bodyFile)) ?? Data())
    }

    /// Parses `head` and `body`. The last head counts: earlier ones are interim, such as `100 Continue`.
    static func answer(head: String, body: Data) -> Answer {
        let lines =
            head.replacing("\r\n", with: "\n").components(separatedBy: "\n\n").last { !$0.isEmpty }?
            .split(separator: "\n") ?? []
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let fields = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            return (String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces))
        }
        return Answer(status: status, fields: fields, body: body)
    }
}
