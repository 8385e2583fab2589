import Foundation

/// Moments as YooKassa writes them: RFC 3339, in UTC, with milliseconds or without.
enum YooKassaTime {
    /// Milliseconds since 1970; nil if it is no moment.
    static func milliseconds(_ text: String) -> Int64? {
        let exact = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = (try? exact.parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text)) else { return nil }
        return Int64((date.timeIntervalSince1970 * 1_000).rounded())
    }

    /// `2026-11-21T00:00:00.000Z`
    static func text(_ milliseconds: Int64) -> String {
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
        return date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
