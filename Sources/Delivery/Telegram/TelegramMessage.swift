import Foundation
import Payments
import Storage

/// Writes what a shop's owner reads of a change.
///
/// Order, amount, gateway, what became of it and why: nothing of the payer.
public struct TelegramMessage: Sendable {
    private let language: TelegramLanguage
    private let texts: TelegramTexts
    private let reasons: [Int64: String]
    private let gateways: [String: String]
    private let testGateways: Set<String>

    /// News that is older than this says when it happened, milliseconds.
    static let lateMilliseconds: Int64 = 600_000

    /// - Parameters:
    ///   - reasons: names of cancel reasons (`spec/transaction.yaml`) by their numbers.
    ///   - gateways: how gateways call themselves, by their names; one that is not there is called by its name.
    ///   - testGateways: whose payments are no real money.
    /// - Throws: ``TelegramTexts/Flaw``.
    public init(
        language: TelegramLanguage, reasons: [Int64: String], gateways: [String: String],
        testGateways: Set<String> = []
    ) throws {
        self.language = language
        texts = try TelegramTexts()
        self.reasons = reasons
        self.gateways = gateways
        self.testGateways = testGateways
    }

    /// - Parameter now: milliseconds since 1970.
    func text(_ item: OutboxItem, at now: Int64) -> TelegramText {
        let (change, transaction) = (item.event.change, item.event.transaction)
        var text = TelegramText()
        if testGateways.contains(transaction.key.gateway) { text.add(say("test") + "\n", .bold) }
        text.add(say("head.\(change.rawValue)", ["amount": amount(transaction, change)]), .bold)
        text.add("\n" + say("order") + " ")
        text.add(TelegramDiscretion.shown(transaction.orderID), .code)
        let gateway = gateways[transaction.key.gateway] ?? TelegramDiscretion.shown(transaction.key.gateway)
        text.add("\n" + say("through", ["gateway": gateway, "id": String(transaction.id)]))
        if change == .partlyRefunded {
            text.add("\n" + say("paid_in_all", ["amount": language.text(transaction.amount)]))
        }
        if change == .duplicate { text.add("\n" + say("duplicate")) }
        if let reason = reason(transaction, change) { text.add("\n" + say("reason", ["reason": reason])) }
        if now - item.event.at >= Self.lateMilliseconds {
            text.add("\n" + say("late", ["time": Self.moment(item.event.at)]))
        }
        return text.cut()
    }

    private func say(_ key: String, _ values: [String: String] = [:]) -> String { texts.text(key, language, values) }

    /// What moved: all of it, unless a part went back.
    private func amount(_ transaction: Transaction, _ change: TransactionChange) -> String {
        let isPart = change == .partlyRefunded
        return language.text(
            isPart
                ? Money(minor: transaction.refundedAmount, currency: transaction.amount.currency) : transaction.amount)
    }

    /// Nil where the headline says it already.
    private func reason(_ transaction: Transaction, _ change: TransactionChange) -> String? {
        guard [.cancelled, .refunded, .duplicateRefunded].contains(change), let number = transaction.reason else {
            return nil
        }
        guard let name = reasons[number], texts.has("reason.\(name)") else {
            return say("reason.other", ["number": String(number)])
        }
        return name == "refund" && change != .cancelled ? nil : say("reason.\(name)")
    }

    /// `2026-11-21 10:30 UTC`: everybody reads it the same way.
    private static func moment(_ milliseconds: Int64) -> String {
        let date = Date(timeIntervalSince1970: TimeInterval(milliseconds / 1_000))
        let text = date.ISO8601Format(.iso8601(timeZone: .gmt))
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}
