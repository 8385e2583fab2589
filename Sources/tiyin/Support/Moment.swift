import ArgumentParser
import Foundation

/// A point in time on the command line: milliseconds since 1970, `2026-11-21`, or `2026-11-21T10:30:00Z`.
struct Moment: ExpressibleByArgument {
    let milliseconds: Int64
    /// Whether it named a day rather than an instant.
    let isDay: Bool

    init?(argument: String) {
        if argument.utf8.count >= 11, let number = Int64(argument) {
            milliseconds = number
            isDay = false
        } else if let date = try? Date(argument, strategy: .iso8601.year().month().day()) {
            milliseconds = Int64(date.timeIntervalSince1970) * 1_000
            isDay = true
        } else if let date = try? Date(argument, strategy: .iso8601) {
            milliseconds = Int64(date.timeIntervalSince1970) * 1_000
            isDay = false
        } else {
            return nil
        }
    }

    /// The last millisecond that it covers.
    var end: Int64 { isDay ? milliseconds + 86_400_000 - 1 : milliseconds }

    static func text(_ milliseconds: Int64) -> String {
        guard milliseconds != 0 else { return "" }
        return Date(timeIntervalSince1970: TimeInterval(milliseconds / 1_000))
            .ISO8601Format(.iso8601(timeZone: .gmt)) + "Z"
    }
}
