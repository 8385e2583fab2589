import Foundation

/// Points in time as the bank writes them.
enum PixMoment {
    /// `2026-11-21T00:00:00.000Z`. Source: pix.md 3.1.
    static func text(_ milliseconds: Int64) -> String {
        let seconds = date(milliseconds).formatted(.iso8601.dateSeparator(.dash)).dropLast()
        return "\(seconds).\(padded(milliseconds % 1_000, 3))Z"
    }

    /// Reads RFC 3339, with an offset or `Z`, with a fraction or without.
    /// - Returns: milliseconds since 1970 UTC; nil if it is none.
    static func read(_ text: String) -> Int64? {
        for fraction in [false, true] {
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: fraction)
            if let date = try? style.parse(text) { return Int64((date.timeIntervalSince1970 * 1_000).rounded()) }
        }
        return nil
    }

    /// `2026-11-20T21:00:00`: Brasília, three hours behind UTC all year, and it does not say so. Source: pix.md 4.5.
    static func local(_ milliseconds: Int64) -> String {
        String(date(milliseconds - 3 * 3_600_000).formatted(.iso8601).dropLast())
    }

    /// `2026-11-20`, in Brasília.
    static func localDay(_ milliseconds: Int64) -> String { String(local(milliseconds).prefix(10)) }

    /// `202611210000`, UTC: what ids are made of. Source: pix.md 3.4.
    static func minute(_ milliseconds: Int64) -> String {
        String(text(milliseconds).filter(\.isNumber).prefix(12))
    }

    private static func date(_ milliseconds: Int64) -> Date {
        Date(timeIntervalSince1970: TimeInterval(milliseconds / 1_000))
    }

    static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
