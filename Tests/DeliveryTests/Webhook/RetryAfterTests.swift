import Testing

@testable import Delivery

@Suite("Retry-After")
struct RetryAfterTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT
    private static let moment: Int64 = 784_111_777_000

    @Test(
        "is seconds, or a date in any of HTTP's three forms",
        arguments: [
            ("1", 1_000), ("120", 120_000), (" 120 ", 120_000), ("86400", 86_400_000), ("86401", 86_400_000),
            ("9999999999", 86_400_000),
            ("Sun, 06 Nov 1994 08:49:38 GMT", 1_000), ("Sunday, 06-Nov-94 08:50:37 GMT", 60_000),
            ("Sun Nov  6 08:49:38 1994", 1_000), ("Sun Nov 06 09:49:37 1994", 3_600_000),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400_000),
        ] as [(String, Int64)])
    func forms(text: String, wait: Int64) {
        #expect(RetryAfter.milliseconds(text, now: Self.moment) == wait)
    }

    @Test(
        "is ignored if it is past, negative, absurd or malformed",
        arguments: [
            "", "0", "-1", "+5", "1.5", "1e3", "5 s", "10000000000", "99999999999999999999", "soon", "٣",
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:36 GMT", "Sunday, 06-Nov-93 08:49:38 GMT",
            "Sun, 06 Nov 1994 08:49:38", "Sun, 06 Nov 1994 08:49:38 UTC", "Sun, 06 nov 1994 08:49:38 GMT",
            "Sun, 31 Nov 1994 08:49:38 GMT", "Tue, 29 Feb 1995 08:49:38 GMT", "Sun, 06 Nov 1994 24:49:38 GMT",
            "Sun, 06 Nov 1994 08:60:38 GMT", "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 0000 08:49:38 GMT",
            "Sun, 06 Nov 19940 08:49:38 GMT", "Sun Nov  6 08:49:38 94", "Nov 6 08:49:38 1994",
        ])
    func ignored(text: String) {
        #expect(RetryAfter.milliseconds(text, now: Self.moment) == nil)
    }

    @Test("takes two digits of a year for the one that is at most 50 years ahead")
    func century() {
        // 2026-11-21
        let now: Int64 = 1_795_219_200_000
        #expect(RetryAfter.milliseconds("Saturday, 21-Nov-76 00:00:00 GMT", now: now) == 86_400_000)
        #expect(RetryAfter.milliseconds("Sunday, 21-Nov-77 00:00:00 GMT", now: now) == nil)
    }

    @Test("counts days as the calendar does")
    func days() {
        let known: [(Int64, Int64, Int64, Int64)] = [
            (1970, 1, 1, 0), (1972, 2, 29, 789), (1999, 12, 31, 10_956), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017),
            (2026, 11, 21, 20_778), (2100, 3, 1, 47_541),
        ]
        for (year, month, day, days) in known {
            #expect(CivilDate(year: year, month: month, day: day)?.milliseconds == days * 86_400_000)
            #expect(CivilDate(milliseconds: days * 86_400_000).year == year)
        }
        #expect(CivilDate(year: 2100, month: 2, day: 29) == nil)
        #expect(CivilDate(milliseconds: 946_684_799_999).year == 1999)
        #expect(CivilDate(milliseconds: 946_684_800_000).year == 2000)
    }
}
