import Foundation
import Payments
import Testing

@testable import Server

@Suite("Words of a group's pages")
struct PledgWordsTests {
    @Test("amounts as each language writes them, exactly")
    func amounts() {
        let money = Money(minor: 123_456_705, currency: .eur)
        #expect(PledgWords.amount(money, .en) == "1,234,567.05\u{A0}EUR")
        #expect(PledgWords.amount(money, .fr) == "1\u{202F}234\u{202F}567,05\u{A0}EUR")
        #expect(PledgWords.amount(money, .pt) == "1.234.567,05\u{A0}EUR")
        #expect(PledgWords.amount(money, .ru) == "1\u{A0}234\u{A0}567,05\u{A0}EUR")
        #expect(PledgWords.amount(Money(minor: 5, currency: .uzs), .uz) == "0,05\u{A0}UZS")
        #expect(PledgWords.amount(Money(minor: .max, currency: .uzs), .en) == "92,233,720,368,547,758.07\u{A0}UZS")
    }

    @Test(
        "amounts as people type them; what could be two amounts is none",
        arguments: [
            ("10", 1_000), ("10,5", 1_050), ("10.50", 1_050), (" 1 234,56 ", 123_456), ("1\u{A0}234.56", 123_456),
            ("1,234.56", 123_456), ("1.234,56", 123_456), ("1,234,567", 123_456_700), ("1’234.50", 123_450),
            ("1,234", nil), ("1.234", nil), ("1,2.3,4", nil), ("-1", nil), ("+1", nil), ("", nil), (".", nil),
            ("1e3", nil),
            // Slips of the finger are no thousands.
            ("1.5.5", nil), ("10.0.0", nil), ("1,00,000.00", nil), ("1.234.56", nil), ("1234,567.00", nil),
            ("12 34,50", nil), ("1 2", nil), (",234,567.00", nil), ("1.234.567", 123_456_700),
            ("1,234,567.8", 123_456_780),
            ("12 345,6", 1_234_560), ("1’234’567", 123_456_700), (" 10 ", 1_000), ("1\u{202F}234,50", 123_450),
            ("٣", nil), ("10 EUR", nil), ("92233720368547758.08", nil),
        ] as [(String, Int64?)])
    func typed(_ text: String, _ minor: Int64?) {
        #expect(PledgMembersEntry.amount(text, .eur)?.minor == minor)
    }

    @Test("times with their zone, spans without needless minutes")
    func times() throws {
        let noon: Int64 = 1_795_219_200_000 + 43_200_000
        #expect(PledgWords.moment(noon, .en, .utc) == "2026-11-21 12:00 (UTC)")
        let tashkent = try #require(GroupTimeZone("Asia/Tashkent"))
        #expect(PledgWords.moment(noon, .uz, tashkent) == "21.11.2026 17:00 (Asia/Tashkent, UTC+5)")
        let far = try #require(GroupTimeZone("America/St_Johns"))
        #expect(PledgWords.moment(noon, .fr, far) == "21/11/2026 08:30 (America/St_Johns, UTC-3:30)")
        // Summer time is told by the offset of that day.
        let paris = try #require(GroupTimeZone("Europe/Paris"))
        #expect(PledgWords.moment(noon, .fr, paris).hasSuffix("13:00 (Europe/Paris, UTC+1)"))
        #expect(
            PledgWords.moment(noon - 150 * 86_400_000, .fr, paris) == "24/06/2026 14:00 (Europe/Paris, UTC+2)")
        let london = try #require(GroupTimeZone("Europe/London"))
        #expect(PledgWords.moment(noon, .en, london) == "2026-11-21 12:00 (Europe/London, UTC)")
        #expect(PledgWords.span(172_800_000, .en) == "48\u{A0}h")
        #expect(PledgWords.span(172_799_999, .ru) == "47\u{A0}ч 59\u{A0}мин")
        #expect(PledgWords.span(1, .uz) == "1\u{A0}daqiqa")
    }

    @Test("what others wrote turns no line and no direction")
    func harmless() {
        #expect(PledgWords.harmless("a\u{202E}b\r\nc\u{2066}d\u{85}") == "abcd")
        #expect(PledgWords.harmless("héllo 👩‍👩‍👧") == "héllo 👩‍👩‍👧")
        #expect(PledgWords.harmless("abcdef", maximum: 4) == "abc…")
    }

    @Test("a value that looks like a place stays as it is")
    func places() throws {
        let texts = try PledgTexts(
            Array(
                (#"{"k": {"fr": "{a} {b}", "en": "{b}: {a}", "pt": "{a}{b}", "ru": "{a}{b}", "uz": "{b}{a}"}}"#).utf8))
        #expect(texts.text("k", .en, ["a": "{b}", "b": "{a}"]) == "{a}: {b}")
        #expect(texts.text("none", .en) == "none")
    }

    @Test(
        "a file of texts that lacks something is refused",
        arguments: [
            "[]", #"{"k": {"fr": "a", "en": "a", "pt": "a", "ru": "a"}}"#,
            #"{"k": {"fr": "a", "en": "a", "pt": "a", "ru": "a", "uz": ""}}"#,
            #"{"k": {"fr": "a", "en": "a", "pt": "a", "ru": "a", "de": "a"}}"#,
            #"{"k": {"fr": "{a}", "en": "{a}", "pt": "{a}", "ru": "{a}", "uz": "{b}"}}"#,
        ])
    func flaws(_ file: String) {
        #expect(throws: PledgTexts.Flaw.self) { try PledgTexts(Array(file.utf8)) }
    }

    @Test("counting forgets what is long past, and never keeps more than it should")
    func pace() {
        let pace = PledgPace()
        for number in 0..<25_000 { #expect(pace.take(.formsByLink, "\(number)", at: 0) == nil) }
        for _ in 1...30 { _ = pace.take(.formsByLink, "last", at: 1_000) }
        #expect(pace.take(.formsByLink, "last", at: 1_000) == 60)
        #expect(pace.take(.formsByLink, "last", at: 60_999) == 1)
        #expect(pace.isOver(.formsByLink, "last", at: 60_999))
        #expect(!pace.isOver(.formsByLink, "last", at: 61_000))
        #expect(pace.take(.formsByLink, "last", at: 61_000) == nil)
        #expect(pace.take(.formsByLink, nil, at: 0) == nil)
    }
}
