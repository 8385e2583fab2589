import Foundation
import Payments
import Storage

/// Which payment of Click's Merchant API a transaction is, and how it stands there.
///
/// Click does not say which field of a callback is the payment's id. What Click answers for an order on its day is the
/// safest where that order has one attempt only; else `click_paydoc_id`, which is what others use. No code of Click's for
/// "there is no such payment" is published, so a refusal never counts as an answer about a payment.
///
/// Source: click.md 2 (`payment_id` vs callbacks).
struct ClickPaymentFinder: Sendable {
    enum Standing: Sendable, Hashable {
        /// The money is with the merchant.
        case paid(paymentID: Int64)
        /// It is not, or not any more.
        case notPaid
        /// Click has not decided.
        case underWay
        /// Click refuses to tell, or more than one payment could be meant.
        case notFound
    }

    let api: any ClickMerchantAPI
    let store: Store

    /// Click's days are those of Uzbekistan, which knows no summer time.
    private static let day = Date.ISO8601FormatStyle(timeZone: TimeZone(secondsFromGMT: 5 * 3_600)!)
        .year().month().day()

    /// Asks Click, and remembers the id of a payment that is paid.
    ///
    /// - Throws: ``ClickAPIError`` if Click did not answer; what the store throws.
    func standing(of transaction: Transaction) async throws -> Standing {
        let stored = try await store.engine.read(.point) { try ClickPayment.find(transaction, in: $0) }
        guard let stored else { return .notFound }
        if let known = stored.paymentID {
            return try await Self.known { try await api.status(paymentID: known) }.map(Self.standing) ?? .notFound
        }
        guard let found = try await look(for: transaction, stored) else { return .notFound }
        let standing = Self.standing(found)
        // Only of a payment that holds the money is it sure enough that it is this one.
        if case .paid(let id) = standing {
            try await store.engine.write { try stored.remember(paymentID: id, in: $0) }
        }
        return standing
    }

    private static func standing(_ status: ClickPaymentStatus) -> Standing {
        switch status.stage {
        case .paid: .paid(paymentID: status.paymentID)
        case .failed: .notPaid
        case .underWay, .unstated: .underWay
        }
    }

    private func look(for transaction: Transaction, _ stored: ClickPayment) async throws -> ClickPaymentStatus? {
        let byOrder = try await lookByOrder(transaction)
        if let byOrder, byOrder.paymentID == stored.paydocID { return byOrder }
        let byNumber = try await Self.known { try await api.status(paymentID: stored.paydocID) }
        guard let byNumber, byNumber.status != nil else {
            // Under the order's name there may also be a payment that we refused to prepare: only one that holds money
            // can be this one.
            return byOrder?.stage == .paid ? byOrder : nil
        }
        guard let byOrder, byOrder.stage == .paid else { return byNumber }
        // Two payments that hold money: either could be meant.
        return byNumber.stage == .paid ? nil : byOrder
    }

    /// Nil if Click does not tell, or more than one of our attempts could be meant.
    private func lookByOrder(_ transaction: Transaction) async throws -> ClickPaymentStatus? {
        guard try await isOnlyAttempt(transaction),
            let order = ClickAccount(stored: transaction.account)?.merchantTransID
        else { return nil }
        for day in Self.days(around: transaction.createTime) {
            guard let found = try await Self.known({ try await api.status(merchantTransID: order, day: day) })
            else { continue }
            // This answer may lack the status.
            if found.status != nil { return found }
            if let status = try await Self.known({ try await api.status(paymentID: found.paymentID) }) { return status }
        }
        return nil
    }

    /// Nil if Click refuses to tell.
    private static func known(
        _ ask: () async throws -> ClickPaymentStatus
    ) async throws -> ClickPaymentStatus? {
        do {
            return try await ask()
        } catch ClickAPIError.refused {
            return nil
        } catch ClickAPIError.rejected(status: 404) {
            return nil
        }
    }

    /// By order and day Click finds one payment, whichever: there must not be a second, not even one that failed.
    private func isOnlyAttempt(_ transaction: Transaction) async throws -> Bool {
        let filter = TransactionFilter(orderID: transaction.orderID, gateway: ClickGateway.name)
        let attempts = try await store.engine.read(.point) {
            try SQLPaymentSession(sql: $0).transactions(filter, before: nil, limit: 2)
        }
        return attempts.count == 1
    }

    /// The day of a moment, then the next and the last: Prepare may come before midnight and the money after it.
    static func days(around moment: Int64) -> [String] {
        let date = Date(timeIntervalSince1970: Double(moment) / 1_000)
        return [0, 86_400, -86_400].map { date.addingTimeInterval($0).formatted(day) }
    }
}
