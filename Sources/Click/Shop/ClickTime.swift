import Foundation
import Payments

/// Click's times: to the second, and without a zone. They are read as Uzbekistan's, five hours ahead of UTC.
///
/// Source: click.md 1.2 (`sign_time`), open question 10.
enum ClickTime {
    /// `YYYY-MM-DD HH:mm:ss` as milliseconds since 1970; nil for anything else.
    static func milliseconds(_ text: String?) -> Int64? {
        guard let text, text.utf8.count == 19, let date = try? format.parse(text) else { return nil }
        // What the style takes and does not write so is another date.
        guard date.formatted(format) == text else { return nil }
        return Int64(date.timeIntervalSince1970) * 1_000
    }

    /// When the payer paid, by the signed time of the call that says so; nil: it is of no use.
    ///
    /// The zone is not documented. A time between the payment's announcement and now can only be of this one; any other
    /// is not believed. The whole second may have passed.
    static func paidAt(_ signTime: String?, _ stored: Transaction, at now: Int64) -> Int64? {
        guard let second = milliseconds(signTime) else { return nil }
        let end = second + 999
        guard end >= stored.createTime, second <= now else { return nil }
        return min(end, now)
    }

    private static let format = Date.ISO8601FormatStyle(
        dateSeparator: .dash, dateTimeSeparator: .space, timeSeparator: .colon,
        timeZone: TimeZone(secondsFromGMT: 5 * 3_600)!
    ).year().month().day().time(includingFractionalSeconds: false)
}
