import Foundation

/// The kernel's data about processes in /proc, see proc(5).
extension ChildProcess {
    /// The decoder processes of portraitd, with their template; the kernel truncates their name.
    var decoders: [Int32] { descendants(named: "portraitd-decod") }

    /// The seconds of processor time that the process and its decoders have used.
    var processorTime: Double {
        ([id] + decoders).reduce(0) { sum, id in
            guard let status = Self.status(of: id), status.count > 12, let user = Double(status[11]),
                let system = Double(status[12])
            else { return sum }
            return sum + (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        }
    }

    /// The memory of the process and its decoders in KiB; shared memory is divided among its users (PSS). Only root may
    /// read this for the decoders.
    func shareOfMemory(withCopiesOf template: Int32) -> Int {
        // Reads one file: listing all processes of a busy machine takes longer than decoding a picture.
        let copies = LogFile(path: "/proc/\(template)/task/\(template)/children").text.split(separator: " ")
            .compactMap { Int32($0) }
        return ([id, template] + copies).reduce(0) { $0 + Self.number("Pss", in: "/proc/\($1)/smaps_rollup") }
    }

    /// The process that forks the decoders.
    var template: Int32? {
        decoders.first { Self.number("PPid", in: "/proc/\($0)/status") == Int(id) }
    }

    /// The peak memory in KiB.
    var peakMemory: Int { number("VmHWM") }

    /// The current memory in KiB.
    var memory: Int { number("VmRSS") }

    /// The number of threads.
    var threads: Int { number("Threads") }

    /// The number of open descriptors.
    var descriptors: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd"))?.count ?? 0
    }

    /// A number in /proc/ID/status.
    private func number(_ name: String) -> Int {
        Self.number(name, in: "/proc/\(id)/status")
    }

    private static func number(_ name: String, in path: String) -> Int {
        let line = LogFile(path: path).text.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
    }

    /// The children named `name`, and their children with this name.
    func descendants(named name: String) -> [Int32] {
        var parents: [Int32: Int32] = [:]
        for id in (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap({ Int32($0) }) ?? [] {
            parents[id] = Self.status(of: id).flatMap { $0.count > 1 ? Int32($0[1]) : nil }
        }
        return parents.keys.filter { child in
            var ancestor = parents[child]
            while let one = ancestor, one != id { ancestor = parents[one] }
            return ancestor != nil && LogFile(path: "/proc/\(child)/comm").text == "\(name)\n"
        }
    }

    /// Whether the process exists and is not a zombie.
    static func isRunning(_ id: Int32) -> Bool {
        status(of: id).map { $0.first != "Z" } ?? false
    }

    /// The fields of /proc/ID/stat from the state on; the name before them can contain any character.
    private static func status(of id: Int32) -> [Substring]? {
        let text = LogFile(path: "/proc/\(id)/stat").text
        guard let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].split(separator: " ")
    }
}
