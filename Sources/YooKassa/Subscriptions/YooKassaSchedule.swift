import Foundation

/// When periods begin, and when slow retries are made: in the payer's own time.
///
/// Source: yookassa.md 19
struct YooKassaSchedule {
    let calendar: Calendar

    /// - Parameter zone: nil if there is no such time zone.
    init?(zone: String) {
        guard let zone = TimeZone(identifier: zone) else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        self.calendar = calendar
    }

    /// When a period begins, milliseconds since 1970: counted from the anchor each time, so that the 31st comes back
    /// after February.
    func start(_ period: Int64, of subscription: YooKassaSubscription) -> Int64? {
        guard let anchor = subscription.anchorAt else { return nil }
        let (count, overflow) = period.multipliedReportingOverflow(by: subscription.every)
        guard !overflow, count < 1 << 31 else { return nil }
        let unit: Calendar.Component =
            switch subscription.unit {
            case .day: .day
            case .week: .weekOfYear
            case .month: .month
            case .year: .year
            }
        let seconds = anchor / 1_000
        let date = calendar.date(
            byAdding: unit, value: Int(count), to: Date(timeIntervalSince1970: Double(seconds)))
        return date.map { Int64($0.timeIntervalSince1970.rounded()) * 1_000 + anchor % 1_000 }
    }

    /// The same moment, or the next one at which payers are not asleep.
    func inHours(_ hours: Range<Int64>, _ moment: Int64) -> Int64 {
        let date = Date(timeIntervalSince1970: Double(moment / 1_000))
        let hour = Int64(calendar.component(.hour, from: date))
        if hours.contains(hour) { return moment }
        var match = DateComponents()
        match.hour = Int(hours.lowerBound)
        match.minute = 0
        match.second = 0
        let next = calendar.nextDate(after: date, matching: match, matchingPolicy: .nextTime)
        return next.map { Int64($0.timeIntervalSince1970.rounded()) * 1_000 } ?? moment
    }
}
