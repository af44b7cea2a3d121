package import FoundationEssentials

extension JSONEncoder.DateEncodingStrategy {
    /// RFC 3339 in UTC, with milliseconds.
    package static var iso8601WithMilliseconds: Self {
        .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.iso8601)
        }
    }
}
