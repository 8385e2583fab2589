/// Reads the header `Retry-After`: seconds, or a date in one of the three forms that HTTP knows.
///
/// Source: RFC 9110, 10.2.3 and 5.6.7.
enum RetryAfter {
    /// No receiver keeps us away for longer.
    static let longestMilliseconds: Int64 = 86_400_000

    /// How long to wait, 1 ms to 24 h. Nil for what is malformed, and for now and the past: they say nothing.
    ///
    /// - Parameter now: milliseconds since 1970.
    static func milliseconds(_ text: String, now: Int64) -> Int64? {
        let text = text.split(separator: " ").joined(separator: " ")
        let wait: Int64
        if let seconds = number(text[...], 1...10) {
            wait = seconds * 1_000
        } else if let date = date(text, now: now) {
            wait = date - now
        } else {
            return nil
        }
        return wait > 0 ? min(wait, longestMilliseconds) : nil
    }

    /// Milliseconds since 1970.
    private static func date(_ text: String, now: Int64) -> Int64? {
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }
        switch (words.count, text.contains(",")) {
        // Sun, 06 Nov 1994 08:49:37 GMT
        case (6, true) where words[5] == "GMT" && words[3].utf8.count == 4:
            return moment(year: number(words[3], 4...4), words[2], day: number(words[1], 2...2), words[4])
        // Sunday, 06-Nov-94 08:49:37 GMT
        case (6, true) where words[5] == "GMT":
            return number(words[3], 2...2).flatMap { short in
                let current = CivilDate(milliseconds: now).year
                // The century in which it is at most 50 years ahead.
                var year = current - current % 100 + short
                if year > current + 50 { year -= 100 }
                return moment(year: year, words[2], day: number(words[1], 2...2), words[4])
            }
        // Sun Nov  6 08:49:37 1994
        case (5, false):
            return moment(year: number(words[4], 4...4), words[1], day: number(words[2], 1...2), words[3])
        default: return nil
        }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func moment(year: Int64?, _ month: Substring, day: Int64?, _ time: Substring) -> Int64? {
        let parts = time.split(separator: ":", omittingEmptySubsequences: false).map { number($0, 2...2) }
        guard let year, let day, let month = months.firstIndex(of: String(month)), parts.count == 3,
            let hour = parts[0], let minute = parts[1], let second = parts[2],
            hour < 24, minute < 60, second <= 60,
            let date = CivilDate(year: year, month: Int64(month) + 1, day: day)
        else { return nil }
        return date.milliseconds + (hour * 3_600 + minute * 60 + second) * 1_000
    }

    /// Digits and nothing else.
    private static func number(_ text: Substring, _ length: ClosedRange<Int>) -> Int64? {
        guard length.contains(text.utf8.count),
            text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
        else { return nil }
        return Int64(text)
    }
}

/// A day of the Gregorian calendar, in UTC.
struct CivilDate {
    let year: Int64
    private let days: Int64

    /// Midnight, milliseconds since 1970.
    var milliseconds: Int64 { days * 86_400_000 }

    /// Nil for a day that the month does not have.
    init?(year: Int64, month: Int64, day: Int64) {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard year >= 1, (1...12).contains(month), (1...lengths[Int(month) - 1]).contains(day) else { return nil }
        let before = year - 1
        let leapDays = before / 4 - before / 100 + before / 400
        // From 0001-01-01 to 1970-01-01 there are 719,162 days.
        days = before * 365 + leapDays - 719_162 + lengths.prefix(Int(month) - 1).reduce(0, +) + day - 1
        self.year = year
    }

    /// The day of a moment.
    init(milliseconds: Int64) {
        days = milliseconds / 86_400_000
        var year = 1970 + days / 366
        while let next = CivilDate(year: year + 1, month: 1, day: 1), next.days <= days { year += 1 }
        self.year = year
    }
}
