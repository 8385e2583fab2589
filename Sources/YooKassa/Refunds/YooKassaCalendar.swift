import Specification

/// Business days as the banks of Moscow have them, without their holidays.
enum YooKassaCalendar {
    private static let hour: Int64 = 3_600_000
    private static let day: Int64 = 24 * hour
    private static let moscow: Int64 = 3 * hour
    /// When the receipts of a day are there.
    private static let opening: Int64 = 10 * hour

    /// When a refund is asked for once more, milliseconds since 1970; nil: never.
    static func moment(_ again: YooKassaSpecification.Again, after now: Int64) -> Int64? {
        switch again {
        case .never: return nil
        case .hour: return now + hour
        case .day: return now + day
        case .businessDay:
            var date = (now + moscow) / day + 1
            // 1970-01-01 was a Thursday: 0 is Monday.
            while (date + 3) % 7 >= 5 { date += 1 }
            return date * day + opening - moscow
        }
    }
}
