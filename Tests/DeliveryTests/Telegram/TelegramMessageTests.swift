import Payments
import Testing

@testable import Delivery
@testable import Storage

@Suite("What a shop's owner reads in Telegram")
struct TelegramMessageTests {
    private let now: Int64 = 1_795_257_000_250

    private func text(
        _ change: TransactionChange, _ language: TelegramLanguage = .en, order: String = "A-5", reason: Int64? = nil,
        refunded: Int64 = 0, gateway: String = "payme", tests: Set<String> = [], after: Int64 = 0
    ) throws -> TelegramText {
        let message = try TelegramMessage(
            language: language,
            reasons: [1: "receiverNotFound", 2: "debitFailed", 4: "timeout", 5: "refund", 6: "newer"],
            gateways: ["payme": "Payme"], testGateways: tests)
        let transaction = Transaction(
            id: 3, key: TransactionKey(gateway: gateway, cashbox: "box", externalID: "external"), externalTime: now,
            orderID: order, account: #"{"email":"ivan@example.com","card":"4111111111111111"}"#,
            amount: Money(minor: 500_000, currency: .uzs), refundedAmount: refunded, reason: reason, createTime: now,
            isOneTime: true, holdsOrder: true)
        let event = PaymentEvent(id: 9, change: change, transaction: transaction, at: now)
        return message.text(
            OutboxItem(
                id: 1, topic: .transaction, attempts: 0, createdAt: now, triedSince: nil, event: event),
            at: now + after)
    }

    private func lines(_ text: TelegramText) -> [String] {
        text.plain.replacing("\u{A0}", with: " ").split(separator: "\n").map(String.init)
    }

    @Test("each change has its own words; of the payer there is nothing")
    func changes() throws {
        let tail = ["Order: A-5", "Payme, transaction 3"]
        let table: [(TransactionChange, Int64?, [String])] = [
            (.created, nil, ["A payment has begun: 5,000.00 UZS"] + tail),
            (.performed, nil, ["✅ Paid: 5,000.00 UZS"] + tail),
            (.cancelled, 2, ["❌ Not paid, cancelled: 5,000.00 UZS"] + tail + ["Reason: the card could not be debited"]),
            (.cancelled, 5, ["❌ Not paid, cancelled: 5,000.00 UZS"] + tail + ["Reason: the money was refunded"]),
            (.cancelled, nil, ["❌ Not paid, cancelled: 5,000.00 UZS"] + tail),
            (.cancelled, -77, ["❌ Not paid, cancelled: 5,000.00 UZS"] + tail + ["Reason: number -77"]),
            (.cancelled, 6, ["❌ Not paid, cancelled: 5,000.00 UZS"] + tail + ["Reason: number 6"]),
            (.expired, 4, ["⌛ Not paid in time: 5,000.00 UZS"] + tail),
            (.refunded, 5, ["↩️ Given back in full: 5,000.00 UZS"] + tail),
            (
                .refunded, 1,
                ["↩️ Given back in full: 5,000.00 UZS"] + tail + ["Reason: a receiver was not found or is inactive"]
            ),
            (
                .partlyRefunded, nil,
                ["↩️ Given back in part, so far: 1,234.56 UZS"] + tail + ["It was a payment of 5,000.00 UZS"]
            ),
            (
                .duplicate, nil,
                ["⚠️ Paid twice: 5,000.00 UZS"] + tail + ["The order was paid before. This money is to go back."]
            ),
            (.duplicateRefunded, 5, ["↩️ The second payment was given back: 5,000.00 UZS"] + tail),
        ]
        #expect(Set(table.map(\.0)) == Set(TransactionChange.allCases))
        for (change, reason, expected) in table {
            let text = try text(change, reason: reason, refunded: change == .partlyRefunded ? 123_456 : 0)
            #expect(lines(text) == expected)
            for secret in ["ivan", "4111", "external", "box"] { #expect(!text.plain.contains(secret)) }
        }
    }

    @Test("in every language", arguments: TelegramLanguage.allCases)
    func languages(language: TelegramLanguage) throws {
        for change in TransactionChange.allCases {
            let text = try text(change, language, reason: 2, refunded: 1, tests: ["payme"], after: 86_400_000)
            #expect(text.plain.firstMatch(of: /\{|\}|head\.|reason\./) == nil)
            #expect(text.plain.contains("A-5") && text.plain.contains("UZS"))
            #expect(text.plain.utf16.count < 500)
        }
        let head = ["en": "✅ Paid", "ru": "✅ Оплачено", "uz": "✅ Toʻlandi", "pt": "✅ Pago"][language.rawValue]
        #expect(try text(.performed, language).plain.hasPrefix(head ?? "?"))
    }

    @Test("an order's id cannot pass for a part of the message")
    func hostileOrder() throws {
        let text = try text(.performed, order: "</code><b>✅\nPaid & \"co\" {amount}")
        #expect(text.html.contains("<code>&lt;/code&gt;&lt;b&gt;✅ Paid &amp; &quot;co&quot; {amount}</code>"))
        #expect(lines(text).count == 3)
        let long = try self.text(.performed, order: String(repeating: "<&>", count: 3_000))
        #expect(long.plain.utf16.count < 400 && long.plain.hasSuffix("Payme, transaction 3"))
    }

    @Test("a payment that is no real money says so first")
    func test() throws {
        #expect(lines(try text(.performed, tests: ["payme"]))[0] == "TEST, no real money")
        #expect(lines(try text(.performed, tests: ["click"]))[0] == "✅ Paid: 5,000.00 UZS")
    }

    @Test("a gateway without a name of its own is called by its word")
    func gateways() throws {
        #expect(lines(try text(.performed, gateway: "fresh<bank>"))[2] == "fresh<bank>, transaction 3")
        #expect(try text(.performed, gateway: "fresh<bank>").html.contains("fresh&lt;bank&gt;,"))
    }

    @Test("news that is ten minutes old says when it happened")
    func late() throws {
        #expect(lines(try text(.performed, after: 599_999)).count == 3)
        #expect(lines(try text(.performed, after: 600_000)).last == "It happened on 2026-11-21 10:30 UTC")
    }
}
