package import FoundationEssentials

extension Date {
    /// The time rounded to milliseconds, the precision of the stores, so that a stored time equals the time that is
    /// read back.
    var inWholeMilliseconds: Date {
        Date(timeIntervalSince1970: (timeIntervalSince1970 * 1000).rounded() / 1000)
    }

    /// RFC 3339 in UTC, with milliseconds.
    package var iso8601: String {
        let milliseconds = (timeIntervalSince1970 * 1000).rounded()
        // The fast path covers 1582-10-15, where Foundation's calendar becomes Gregorian, to 9999-12-31. Foundation
        // formats other dates.
        guard (-12_219_292_800_000.0..<253_402_300_800_000).contains(milliseconds) else {
            // The format style truncates, and the Double may be slightly below the exact value; adding half a
            // millisecond rounds it.
            return addingTimeInterval(0.0005).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        }
        let (days, time) = Int(milliseconds).quotientAndRemainderTowardsMinusInfinity(dividingBy: 86_400_000)
        let (year, month, day) = Self.civilDate(days)
        var digits: [UInt8] = []
        digits.reserveCapacity(24)
        func append(_ number: Int, _ places: Int, _ end: Unicode.Scalar) {
            var divisor = [1, 10, 100, 1000][places - 1]
            while divisor > 0 {
                digits.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
                divisor /= 10
            }
            digits.append(UInt8(ascii: end))
        }
        append(year, 4, "-")
        append(month, 2, "-")
        append(day, 2, "T")
        append(time / 3_600_000, 2, ":")
        append(time / 60_000 % 60, 2, ":")
        append(time / 1000 % 60, 2, ".")
        append(time % 1000, 3, "Z")
        return String(decoding: digits, as: UTF8.self)
    }

    /// Returns the proleptic Gregorian date of a day number, counted from 1970-01-01. The calculation starts years in
    /// March, so that the leap day is the last day of a year; 400 years have 146,097 days.
    private static func civilDate(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, day) = (days + 719_468).quotientAndRemainderTowardsMinusInfinity(dividingBy: 146_097)
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let isBeforeMarch = month >= 10
        return (
            era * 400 + year + (isBeforeMarch ? 1 : 0), isBeforeMarch ? month - 9 : month + 3,
            dayOfYear - (153 * month + 2) / 5 + 1
        )
    }
}

extension Int {
    /// Like `quotientAndRemainder`, with a remainder that is never negative.
    fileprivate func quotientAndRemainderTowardsMinusInfinity(dividingBy divisor: Int) -> (Int, Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension JSONEncoder {
    /// The form of all JSON that portraitd writes: sorted members, slashes as they are, times after RFC 3339 in UTC with
    /// milliseconds.
    package static func standard(_ formatting: OutputFormatting = []) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.iso8601)
        }
        return encoder
    }
}
