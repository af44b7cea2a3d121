import Box
import Foundation
import Imaging
import Synchronization

/// The programs that were built with the tests, and the facts about their processes in /proc.
enum Programs {
    static func path(of name: String) -> String {
        URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: name).path()
    }

    /// The children of a process that have this name; the kernel truncates names to 15 bytes.
    static func children(of parent: pid_t, named name: String) -> [pid_t] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { pid_t($0) }.filter {
            status(of: $0, "PPid") == String(parent) && status(of: $0, "Name") == name
                && status(of: $0, "State") != "Z (zombie)"
        }
    }

    static func status(of process: pid_t, _ field: String) -> String? {
        let lines =
            (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8))?.split(separator: "\n") ?? []
        return lines.first { $0.hasPrefix("\(field):") }?
            .dropFirst(field.count + 1).trimmingCharacters(in: .whitespaces)
    }

    /// The targets of a process's open descriptors.
    static func descriptors(of process: pid_t) -> [String] {
        let folder = "/proc/\(process)/fd"
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return all.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") }
    }
}

/// The events that a box has reported.
final class Events: Sendable {
    private let events = Mutex<[BoxEvent]>([])

    var note: @Sendable (BoxEvent) -> Void {
        { [self] event in events.withLock { $0.append(event) } }
    }

    var all: [BoxEvent] { events.withLock { $0 } }
}

extension Box {
    var count: DecoderCounts { counts ?? DecoderCounts() }
}
