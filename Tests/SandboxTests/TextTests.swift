import Foundation
import Specification
import Testing

import struct YooKassa.YooKassaSubscription

@testable import Sandbox

@Suite("Words and figures")
struct TextTests {
    @Test("every text is there in every language, with the same placeholders")
    func complete() throws {
        #expect(try Texts.load().keys.count > 150)
    }

    @Test(
        "a translation file that lacks something is refused",
        arguments: [
            #"{"a": {"en": "A", "ru": "А"}}"#, #"{"a": {"en": "A", "ru": "А", "uz": ""}}"#,
            #"{"a": {"en": "A", "ru": "А", "uz": "A", "de": "A"}}"#,
            #"{"a": {"en": "A {n}", "ru": "А", "uz": "A {n}"}}"#, #"{"a": "A"}"#, "[]",
        ])
    func incomplete(file: String) {
        #expect(throws: (any Error).self) { try Texts(Array(file.utf8)) }
    }

    @Test("every key that code makes has a text")
    func keys() throws {
        let texts = try Texts.load()
        var keys = ReceiptState.allCases.map(\.key) + TestCard.allCases.flatMap { [$0.key, $0.key + "_short"] }
        keys += Conduct.allCases.map(\.key) + Notice.allCases.map(\.key) + CheckoutError.allCases.map(\.key)
        keys += PaymeMethod.allCases.map(\.goodKey)
        keys += TimelineEntry.Direction.allCases.map { "direction_\($0.rawValue)" }
        keys += ["good", "refused", "lost", "plain"].map { "tone_\($0)" }
        keys += ["created", "performed", "cancelled", "refunded", "partly_refunded", "expired"].flatMap {
            ["event_\($0)", "say_event_\($0)"]
        }
        keys += ["pending", "reserved", "paid", "refunded", "cancelled", "open"].map { "order_\($0)" }
        keys += Documents.transaction.states.map { "state_\($0.name)" }
        keys += Reconciliation.Difference.Kind.allCases.map { "differs_\($0.rawValue)" }
        keys += PixMishap.allCases.map(\.key) + PixTelling.allCases.map(\.key) + PixPaying.allCases.map(\.key)
        keys += PixPayoutCourse.allCases.map(\.key) + PixBankOperation.allCases.map(\.key)
        keys +=
            PixBankCharge.Status.allCases.map(Pages.key) + ["underway", "done", "failed"].map { "pix_refund_\($0)" }
        keys += YooMishap.allCases.map(\.key) + YooTelling.allCases.map(\.key) + YooPlan.allCases.map(\.key)
        keys += YooNextCharge.allCases.map(\.key) + YooUnit.allCases.map(\.key)
        keys += YooKassaOperation.allCases.map(\.textKey) + YooKassaPayment.Status.allCases.map(Pages.key)
        keys += YooKassaSubscription.State.allCases.map { "yoo_subscription_\($0.rawValue)" }
        keys += YooKassaSubscription.Unit.allCases.filter { $0 != .year }.map { "yoo_unit_\($0.rawValue)" }
        keys += ShopClient.YooWish.allCases.flatMap { ["say_yoo_\($0.rawValue)", "say_yoo_\($0.rawValue)_refused"] }
        keys += ShopClient.YooSubscriptionWish.allCases.map { "say_yoo_subscription_\($0.rawValue)" }
        keys += GroupPlan.allCases.flatMap { [$0.key, "say_settlement_\($0.rawValue)"] }
        keys += GroupHours.allCases.map(\.key) + ["uzs", "brl", "rub"].map { "group_currency_\($0)" }
        keys += ["leader", "others", "paid", "failed", "cancelled"].map { "group_stage_\($0)" }
        keys += ["initialized", "funded", "successfull", "failed", "refunded"].map { GroupDesk.key("purchase.\($0)") }
        keys += ShopClient.GroupWish.allCases.flatMap {
            ["say_group_\($0.rawValue)", "say_group_\($0.rawValue)_refused"]
        }
        for key in keys { #expect(texts.has(key), "\(key)") }
    }

    @Test("no page shows the name of a text instead of the text")
    func noMissingText() async throws {
        try await SandboxDesk.with { desk in
            _ = try await desk.pay("1001")
            _ = try await desk.pay("1003")
            _ = try await desk.payPix(try await desk.charge("1005"))
            try await desk.charge("1006")
            _ = try await desk.payYoo("1007", .save)
            _ = try await desk.make("1008", .hold)
            _ = try await desk.subscribe()
            _ = try await desk.post("/sandbox/statement")
            try await desk.storyOfAGroup()
            let keys = try Texts.load().keys.filter { $0.contains("_") }
            for language in Language.allCases {
                let answer = try await desk.get("/?lang=\(language.rawValue)")
                let words = Set(answer.text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
                // `order_id` is a field of Payme's account, and no key.
                #expect(words.intersection(keys) == [])
                #expect(answer.text.contains(#"<html lang="\#(language.rawValue)">"#))
            }
        }
    }

    @Test(
        "the language is the one asked for, else the browser's best, else English",
        arguments: [
            ("ru", "uz", "ru"), (nil, "uz-UZ,uz;q=0.9,en;q=0.8", "uz"), (nil, "de, ru;q=0.5, uz;q=0.7", "uz"),
            ("xx", "ru", "ru"), (nil, nil, "en"), (nil, "ru;q=0, en;q=0.1", "en"), (nil, "fr", "en"),
        ] as [(String?, String?, String)])
    func language(query: String?, header: String?, expected: String) {
        #expect(Language(query: query, acceptLanguage: header).rawValue == expected)
    }

    @Test(
        "amounts are read exactly or not at all",
        arguments: [
            ("5000", 500_000), ("5000.5", 500_050), ("5 000,05", 500_005), ("0.01", 1), ("1e3", nil), ("-5", nil),
            ("", nil), (".5", nil), ("5.", nil), ("1.234", nil), ("92233720368547758.07", Int64.max),
            ("92233720368547758.08", nil), ("٥", nil), ("1.2.3", nil),
        ] as [(String, Int64?)])
    func amounts(text: String, minor: Int64?) {
        #expect(Amount(text: text)?.minor == minor)
    }

    @Test("amounts are written for people")
    func written() {
        #expect(Amount(tiyin: 123_456_705).text(.en) == "1\u{00A0}234\u{00A0}567.05\u{00A0}UZS")
        #expect(Amount(tiyin: 5).text(.ru) == "0,05\u{00A0}сум")
        #expect(Amount(tiyin: 99_900).text(.uz) == "999,00\u{00A0}soʻm")
    }

    @Test(
        "moments are those of Foundation's calendar, in Tashkent",
        arguments: [0, 951_782_399_000, 951_868_800_000, 1_795_219_200_000, 4_107_542_399_000, 4_113_000_000_000])
    func moments(milliseconds: Int64) {
        let formatter = DateFormatter()
        formatter.calendar = Calendar(identifier: .gregorian)
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 5 * 3_600)
        formatter.dateFormat = "yyyy-MM-dd'T'HH:mm:ssxxx"
        let date = Date(timeIntervalSince1970: Double(milliseconds / 1_000))
        #expect(Moment.text(milliseconds, as: .machine) == formatter.string(from: date))
    }
}
