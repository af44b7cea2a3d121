/// One setting as the reference describes it.
package struct SettingDescription: Equatable, Sendable {
    /// The sections of the reference, in order.
    package enum Section: String, CaseIterable, Sendable {
        case places = "Places"
        case credentials = "Credentials"
        case pictures = "Stored pictures"
        case uploads = "Uploads"
        case profiles = "Profiles and documents"
        case avatars = "Users without a picture"
        case dialects = "Clients of other systems"
        case tickets = "Upload tickets"
        case worker = "The worker process"
    }

    package let key: String
    package let section: Section
    /// The default as it is written in the file; empty if there is none, or if `note` describes it.
    package let `default`: String
    /// The default in words.
    package let note: String
    /// The allowed values; empty for any text.
    package let values: String
    package let help: String
}

/// The reference of all settings, in two formats.
package struct SettingsReference: Sendable {
    private let sections: [(title: String, settings: [SettingDescription])]

    package init(_ settings: [SettingDescription]) {
        sections = SettingDescription.Section.allCases.map { section in
            (section.rawValue, settings.filter { $0.section == section })
        }
    }

    /// The text of packaging/portraitd.conf: every setting with its default in a comment, in lines of up to 100
    /// columns.
    package var configurationFile: String {
        let head = """
            # The settings of portraitd. portraitd.conf(5) has the same text, and `portraitd settings` prints it.
            #
            # Each line is KEY=value. Every setting stands here with its default: to change it, remove the # before it. \
            Quotes around a value are removed. An environment variable of the same name overrides a line. An unknown key \
            or a value of the wrong type stops the start with a message that names every fault; `portraitd check` shows \
            the faults before. After a change run `systemctl restart portraitd portraitd-worker`; for keys, secrets and \
            PORTRAITD_LOG_LEVEL `systemctl reload` is enough. Every user of this machine can read this file: put secrets \
            into files of their own.
            """
        let paragraphs = sections.flatMap { section in
            ["# --- \(section.title)"] + section.settings.map(Self.paragraph)
        }
        let lines = head.split(separator: "\n", omittingEmptySubsequences: false).map {
            Self.comment(String($0.dropFirst(2)))
        }
        return ([lines.joined(separator: "\n")] + paragraphs).joined(separator: "\n\n") + "\n"
    }

    /// The text of docs/configuration.md: one table for each section.
    package var markdown: String {
        let head = """
            # Settings

            portraitd reads `KEY=value` lines from `/etc/portraitd/portraitd.conf`, or from the file that `--config` names.
            Environment variables override them. An unknown key or a value of the wrong type stops the start with exit
            code 78 and a message that names every fault. `portraitd check` prints every setting with its value and where
            it comes from.

            This page is made by `make settings-reference` from the program itself.
            """
        let tables = sections.map { section in
            let rows = section.settings.map { setting in
                let standard = setting.default.isEmpty ? Self.escaped(setting.note) : "`\(setting.default)`"
                let values = setting.values.isEmpty ? "" : " Value: \(Self.escaped(setting.values))."
                return "| `\(setting.key)` | \(standard) | \(Self.escaped(setting.help))\(values) |"
            }
            return "## \(section.title)\n\n| setting | default | |\n|---|---|---|\n" + rows.joined(separator: "\n")
        }
        return ([head] + tables).joined(separator: "\n\n") + "\n"
    }

    private static func paragraph(_ setting: SettingDescription) -> String {
        var text = setting.help
        if !setting.values.isEmpty { text += " Value: \(setting.values)." }
        if !setting.note.isEmpty { text += " Default: \(setting.note)." }
        return "\(comment(text))\n#\(setting.key)=\(setting.default)"
    }

    /// Returns the text as comment lines.
    private static func comment(_ text: String) -> String {
        var lines: [String] = []
        var line = "#"
        for word in text.split(separator: " ") {
            if line.count + 1 + word.count > 100 {
                lines.append(line)
                line = "#"
            }
            line += " \(word)"
        }
        return (lines + [line]).joined(separator: "\n")
    }

    /// Escapes the text for a cell of a Markdown table.
    private static func escaped(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("*", with: "\\*")
    }
}
