package import FoundationEssentials

extension Date {
    /// As precisely as the stores keep times, so that what is written equals what is read.
    var inWholeMilliseconds: Date {
        Date(timeIntervalSince1970: (timeIntervalSince1970 * 1000).rounded() / 1000)
    }

    /// RFC 3339 in UTC, with milliseconds.
    package var iso8601: String {
        // The style cuts off what a Double may hold a little too low: half a millisecond more makes it round.
        addingTimeInterval(0.0005).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
