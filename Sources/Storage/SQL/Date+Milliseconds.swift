import Foundation

extension Date {
    /// Whole milliseconds since 1970, as the database keeps times. A time that is too far away for them is the farthest.
    var milliseconds: Int64 {
        let time = (timeIntervalSince1970 * 1000).rounded()
        return Int64(exactly: time) ?? (time > 0 ? .max : .min)
    }

    init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}
