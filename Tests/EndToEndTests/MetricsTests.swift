import Foundation
import Testing

@Suite struct MetricsTests {
    private let instance: Instance

    init() throws {
        instance = try Instance(["PORTRAITD_SIDES": "64", "PORTRAITD_FORMATS": "jpeg"])
    }

    @Test func `Prometheus' own parser reads the metrics through nginx`() throws {
        #expect(try instance.put(Photograph.small(), token: instance.token("al\"ice\\")).status == 201)
        let answer = try instance.curl("/metrics")
        #expect(answer.status == 200)
        let file = "\(instance.folder)/metrics.txt"
        try answer.body.write(to: URL(filePath: file))
        let (status, output) = try Python.run("openmetrics.py", [file])
        #expect(status == 0, "\(output)")
        #expect(output.contains("counter portraitd_uploads 1\n"))
        #expect(output.contains("histogram portraitd_upload_stage_duration_seconds 51\n"), "\(output)")
    }

    @Test func `every series in the rules and the dashboard exists`() throws {
        #expect(try instance.put(Photograph.small(), token: instance.token("alice")).status == 201)
        let served = try instance.curl("/metrics").text
        let files = ["portraitd-alerts.yml", "grafana-dashboard.json"]
        let texts = try files.map { try String(contentsOfFile: "\(Project.root)monitoring/\($0)", encoding: .utf8) }
        let names = Set(texts.joined().matches(of: /\b(?:portraitd|process)_[a-z_]+/).map { String($0.output) })
        #expect(names.count > 15)
        // Nothing has failed here, so this series has no sample.
        for name in names where name != "portraitd_store_errors_total" {
            #expect(served.contains("\n\(name)"), "\(name)")
        }
        #expect(served.contains("# TYPE portraitd_store_errors counter"))
    }

    @Test func `the alert rules are valid and fire under their conditions`() throws {
        let log = LogFile(path: "\(instance.folder)/promtool.log")
        let status = try ChildProcess(
            "/usr/bin/promtool",
            ["test", "rules", "\(Project.root)monitoring/portraitd-alerts-test.yml"],
            output: log,
            errorOutput: log
        ).wait()
        #expect(status == 0, "\(log.text)")
    }
}
