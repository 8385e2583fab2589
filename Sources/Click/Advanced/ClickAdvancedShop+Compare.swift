import Foundation
import Payments
import Storage
import StrictJSON

extension ClickAdvancedShop {
    /// Attempts that one answer looks at; a longer period is asked for in parts.
    static let attemptsMaximum = 10_000

    /// What was paid in a period, by the time of Prepare, both ends included.
    ///
    /// Source: click.md 1.13, which names neither the zone (taken for Uzbekistan's) nor the ends.
    func compare(_ call: AdvancedCall) async throws -> AdvancedReply {
        guard let from = ClickTime.milliseconds(call.text("from_date")),
            let till = ClickTime.milliseconds(call.text("till_date")),
            from <= till
        else { return AdvancedReply(.badRequest) }
        let cashbox = String(configuration.serviceID)
        let member = configuration.advancedAccount
        // The last second, all of it.
        let end = till + 999
        let found = try await store.engine.read(.scan) { sql -> [(ClickPayment, Transaction)]? in
            let attempts = try SQLPaymentSession(sql: sql).statement(
                gateway: ClickGateway.name, cashbox: cashbox, from: from, to: end, after: nil,
                limit: Self.attemptsMaximum + 1)
            // Said before any are left out: a list that is cut short would pass for the whole.
            guard attempts.count <= Self.attemptsMaximum else { return nil }
            return try attempts.compactMap { transaction in
                guard transaction.state == .performed, !transaction.isDuplicate else { return nil }
                return try ClickPayment.find(transaction, in: sql).map { ($0, transaction) }
            }
        }
        guard let found else {
            return AdvancedReply(ClickReply(.badRequest, note: "The period holds too many payments: ask for less"))
        }
        var reply = AdvancedReply(.success)
        var requests = JSONObject()
        for (payment, transaction) in found {
            let account = ClickAccount(stored: transaction.account)?.merchantTransID ?? ""
            requests[String(payment.paydocID)] = [
                "click_paydoc_id": .integer(payment.paydocID),
                "params": .object([member: .string(account), "amount": .sums(transaction.amount)]),
            ]
        }
        reply.requests = requests
        return reply
    }
}
