package import Imaging

/// How the memory is divided: a body is there before anybody knows what decoding it takes, so that the two parts must not
/// wait for each other.
extension MemoryBudget {
    /// By default the process stays below 256 MiB: the program and its libraries take 40 of them.
    package static let defaultBytes = 210 << 20

    private static let shares = 6

    /// How many times `maxBytes` the whole must be at least, for one upload to fit: as Base64 text it is longer by a third,
    /// and an eighth of a budget is for small requests.
    static let minUploads = shares + 4

    /// A sixth is for uploads as they come. However many there are, an eighth of the workers is left to who reads: what is
    /// more is refused at once, to come again.
    package static func forUploads(_ settings: Settings) -> MemoryBudget {
        MemoryBudget(
            bytes: settings.memoryBudget / shares,
            maxLarge: max(1, settings.workers / 2),
            maxRequests: max(1, settings.workers - max(1, settings.workers / 8)),
            patience: settings.maxWait
        )
    }

    /// What requests without a credential may have drawn or rendered at the same time: half of the memory for decoding, which
    /// they take as well, for an eighth of the workers. The rest is left to the users.
    package static func forDrawing(_ settings: Settings) -> MemoryBudget {
        MemoryBudget(
            bytes: forDecoding(settings).bytes / 2,
            maxLarge: 2,
            maxRequests: max(2, settings.workers / 8),
            patience: settings.maxWait
        )
    }

    /// The rest is for decoding them, 32 at once at most: all the workers together would take longer for what takes seconds
    /// each than a client waits.
    package static func forDecoding(_ settings: Settings) -> MemoryBudget {
        let bytes = settings.memoryBudget / shares * (shares - 1)
        return MemoryBudget(
            bytes: bytes,
            least: bytes / 32,
            maxLarge: max(1, settings.workers / 4),
            patience: settings.maxWait
        )
    }
}
