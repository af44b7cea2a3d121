/// A resource of a process.
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

    /// The growth from the second to the last third of the time that is not a leak: the requests in progress differ
    /// between measurements.
    func tolerance(over typical: Int) -> Int {
        switch self {
        case .memory, .descriptors: max(8, typical / 10)
        case .threads: 2
        }
    }
}
