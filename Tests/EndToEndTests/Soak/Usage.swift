/// What a process holds.
enum Usage: String, CaseIterable, Sendable {
    case memory = "MiB resident"
    case descriptors
    case threads

    func measure(_ process: ChildProcess) -> Int {
        switch self {
        case .memory: process.memory / 1024
        case .descriptors: process.descriptors
        case .threads: process.threads
        }
    }

    /// How much more there may be in the last third of the time than in the second third before it counts as a leak: what
    /// is in progress differs from look to look.
    func tolerance(over typical: Int) -> Int {
        switch self {
        case .memory, .descriptors: max(8, typical / 10)
        case .threads: 2
        }
    }
}
