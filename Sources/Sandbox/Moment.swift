/// A point in time as the page writes it: in Tashkent, five hours ahead of UTC, all year.
enum Moment {
    enum Form {
        /// `04:18:04`
        case clock
        /// `2026-11-21 04:18`
        case minute
        /// `2026-11-21`
        case day
        /// `2026-11-21 04:18:04`
        case second
        /// `2026-11-21T04:18:04+05:00`
        case machine
        /// `20261121041804`
        case fiscal
    }

    /// - Parameter milliseconds: since 1970 UTC.
    static func text(_ milliseconds: Int64, as form: Form) -> String {
        let seconds = milliseconds / 1_000 + 5 * 3_600
        let days = seconds / 86_400
        let rest = seconds % 86_400
        let (year, month, day) = date(days)
        let time = [rest / 3_600, rest / 60 % 60, rest % 60].map(two)
        let date = ["\(year)", two(month), two(day)]
        return switch form {
        case .clock: time.joined(separator: ":")
        case .minute: date.joined(separator: "-") + " " + time.prefix(2).joined(separator: ":")
        case .day: date.joined(separator: "-")
        case .second: date.joined(separator: "-") + " " + time.joined(separator: ":")
        case .machine: date.joined(separator: "-") + "T" + time.joined(separator: ":") + "+05:00"
        case .fiscal: date.joined() + time.joined()
        }
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// The day of the Gregorian calendar, so many days after 1970-01-01.
    private static func date(_ days: Int64) -> (Int64, Int64, Int64) {
        var left = days
        var year: Int64 = 1970
        while left >= length(year) {
            left -= length(year)
            year += 1
        }
        var month: Int64 = 1
        for length in [31, length(year) == 366 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30] as [Int64] {
            guard left >= length else { break }
            left -= length
            month += 1
        }
        return (year, month, left + 1)
    }

    private static func length(_ year: Int64) -> Int64 {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 366 : 365
    }
}
