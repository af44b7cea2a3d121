import Foundation
import HTTPTypes
import Logging
import ProfileImages
@testable import Server
import Testing

@Suite struct MetricsTests {
    private let app: TestApplication

    init() async throws {
        app = try await TestApplication(["PORTRAITD_SIDES": "16"])
    }

    private func lines(_ name: String) throws -> [String] {
        let answer = try app.send(.get, "/metrics")
        #expect(answer.status == .ok)
        #expect(answer.headerFields[.contentType] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
        let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(lines.last == "# EOF")
        return lines.filter { $0.hasPrefix(name) }
    }

    private func value(_ name: String) throws -> Double? {
        try lines("\(name) ").first?.split(separator: " ").last.flatMap { Double($0) }
    }

    @Test func `requests are counted by route, never by path`() throws {
        for user in ["alice", "bob"] {
            _ = try app.send(.get, "/users/\(user)/profileimage", .user(user))
        }
        let route = "{route=\"/users/{id}/profileimage\",method=\"GET\",status=\"404\"}"
        #expect(try lines("portraitd_requests_total\(route)") == ["portraitd_requests_total\(route) 2"])
        #expect(try value("portraitd_request_duration_seconds_count{route=\"/users/{id}/profileimage\"}") == 2)
        #expect(try lines("portraitd").allSatisfy { !$0.contains("alice") })
    }

    @Test func `unknown methods share one series`() throws {
        for name in ["BREW", "MUMBLE"] { _ = try app.send(try #require(.init(name)), "/me") }
        let sample = "portraitd_requests_total{route=\"/me\",method=\"other\",status=\"405\"}"
        #expect(try lines(sample) == ["\(sample) 2"])
    }

    @Test func `uploads are counted by outcome, and their stages are timed`() throws {
        let header = HTTPFields.user("alice")
        _ = try app.send(.put, "/me/profileimage", header, body: TestPicture.gif())
        _ = try app.send(.put, "/me/profileimage", header, body: Array("no picture".utf8))
        #expect(try value("portraitd_uploads_total{outcome=\"stored\",reason=\"\"}") == 1)
        #expect(try value("portraitd_uploads_total{outcome=\"refused\",reason=\"unsupported-format\"}") == 1)
        let counts = try UploadStage.allCases.map {
            try value("portraitd_upload_stage_duration_seconds_count{stage=\"\($0.rawValue)\"}")
        }
        #expect(counts == [2, 1, 1])
        #expect(try value("portraitd_images") == 1)
    }

    @Test func `uploads that are refused before decoding are counted`() throws {
        let header = HTTPFields.user("alice")
        let large = [UInt8](repeating: 0, count: 10_485_761)
        _ = try app.send(.put, "/me/profileimage", header, body: large)
        var form = header
        form[.contentType] = "multipart/form-data"
        _ = try app.send(.put, "/me/profileimage", form, body: TestPicture.gif())
        #expect(try value("portraitd_uploads_total{outcome=\"refused\",reason=\"too-many-bytes\"}") == 1)
        #expect(try value("portraitd_uploads_total{outcome=\"refused\",reason=\"bad-form\"}") == 1)
        #expect(try lines("portraitd_uploads_total").count == 2)
    }

    @Test func `histogram buckets rise to the count`() throws {
        for _ in 0..<3 { _ = try app.send(.get, "/limits") }
        let counts = try lines("portraitd_request_duration_seconds_bucket{route=\"/limits\"")
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
        #expect(counts == counts.sorted())
        #expect(counts.last == 3)
    }

    @Test func `the process, the memory and the disk have metrics`() throws {
        let names = [
            "process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds",
            "portraitd_free_bytes", "portraitd_memory_budget_bytes{use=\"decoding\"}",
            "portraitd_memory_budget_bytes{use=\"upload\"}", "portraitd_build_info{version=\"\(Release.version)\"}",
        ]
        for name in names { #expect(try value(name) ?? 0 > 0, "\(name)") }
        #expect(try value("portraitd_memory_held_bytes{use=\"upload\"}") == 0)
        #expect(try value("portraitd_memory_waiting{use=\"decoding\"}") == 0)
    }

    @Test func `the start time is the time of the process's start`() throws {
        // The test process has started and created an application before this.
        let before = Date.now.timeIntervalSince1970
        let start = try #require(try value("process_start_time_seconds"))
        #expect(start < before)
        #expect(start > before - 86_400)
        let again = try #require(try value("process_start_time_seconds"))
        #expect(abs(again - start) < 0.1)
    }

    @Test func `a valid trace id of a request is in its log line`() throws {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        _ = try app.send(.get, "/limits", [.traceparent: "00-\(trace)-00f067aa0ba902b7-01"])
        #expect(app.log.events.last?.metadata?["trace.id"] == "\(trace)")
        let malformed = [
            "00-\(trace)", "ff-\(trace)-00f067aa0ba902b7-01", "00-\(trace.uppercased())-00f067aa0ba902b7-01",
            "00-\(trace) x-00f067aa0ba902b7-01", "00-\(String(repeating: "0", count: 32))-00f067aa0ba902b7-01",
        ]
        for value in malformed {
            _ = try app.send(.get, "/limits", [.traceparent: value])
            #expect(app.log.events.last?.metadata?["trace.id"] == nil)
        }
    }
}
