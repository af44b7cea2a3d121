import Testing

/// The pages that `packaging/manual` generates from the program and its example configuration.
@Suite struct ManualTests {
    private func page(_ kind: String, of source: String) throws -> String {
        try Project.output("\(Project.root)packaging/manual", [kind, source, "1.2.3", "2026-11-21"])
    }

    @Test func `portraitd(8) explains every command`() throws {
        let page = try page("commands", of: Project.portraitd)
        #expect(page.hasPrefix(#".TH PORTRAITD 8 "2026-11-21" "portraitd 1.2.3""#))
        for command in ["serve", "worker", "key create", "user erase", "webhook rotate", "gc", "verify", "backup"] {
            #expect(page.contains("\n.SS \(command)\n\\fBportraitd \(command)\\fR"), "\(command)")
        }
        #expect(page.contains("\n.TP\n\\fB\\-\\-scope\\fR \\fIscope\\fR\n"))
        #expect(!page.contains("@COMMANDS@"))
    }

    @Test func `portraitd.conf(5) explains every setting`() throws {
        let page = try page("settings", of: "\(Project.root)packaging/portraitd.conf")
        #expect(page.contains("\n.TP\n.BR PORTRAITD_SIDES = \\fI64,128,256,512\\fR\nThe sizes of pictures"))
        #expect(page.contains("\n.SH USERS WITHOUT A PICTURE\n"))
        #expect(page.contains("\n.SH DESCRIPTION\nEach line is KEY=value. "))
        let settings = LogFile(path: "\(Project.root)packaging/portraitd.conf").text
            .split(separator: "\n").filter { $0.hasPrefix("#PORTRAITD_") }
        #expect(page.split(separator: "\n").count { $0.hasPrefix(".BR PORTRAITD_") } == settings.count)
    }
}
