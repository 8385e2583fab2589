import Foundation
import Payments
import Storage

/// Which payment of Click's Merchant API a transaction is, and how it stands there.
///
/// Click does not say which field of a callback is the payment's id; `click_paydoc_id` is the best guess, and what Click
/// answers for the order on its day the second best, where only one payment can be meant.
///
/// Source: click.md 2 (`payment_id` vs callbacks).
struct ClickPaymentFinder: Sendable {
    enum Standing: Sendable {
        case paid
        case notPaid
        case unknown(ClickAPIError)
    }

    let api: any ClickMerchantAPI
    let store: Store

    /// Click's days are those of Uzbekistan, which knows no summer time.
    private static let day = Date.ISO8601FormatStyle(timeZone: TimeZone(secondsFromGMT: 5 * 3_600)!).year().month()
        .day()

    /// How the payment stands at Click; nil if Click knows no such payment, or more than one could be meant.
    func payment(of transaction: Transaction) async throws -> ClickPaymentStatus? {
        let stored = try await store.engine.read(.point) { try ClickPayment.find(transaction, in: $0) }
        guard let stored else { return nil }
        if let known = stored.paymentID { return try await api.status(paymentID: known) }
        guard let found = try await look(for: transaction, stored) else { return nil }
        let id = found.paymentID
        try await store.engine.write { try stored.remember(paymentID: id, in: $0) }
        return found
    }

    /// Asks Click.
    func standing(of transaction: Transaction) async -> Standing {
        do {
            let stored = try await store.engine.read(.point) { try ClickPayment.find(transaction, in: $0) }
            guard let stored, let found = try await look(for: transaction, stored) else { return .notPaid }
            switch found.stage {
            case .paid: return .paid
            case .failed: return .notPaid
            case .underWay, .unstated: return .unknown(.unknown("Click has not decided"))
            }
        } catch let error as ClickAPIError {
            return .unknown(error)
        } catch {
            return .unknown(.notSent("\(error)"))
        }
    }

    private func look(for transaction: Transaction, _ stored: ClickPayment) async throws -> ClickPaymentStatus? {
        if let status = try await Self.known({ try await api.status(paymentID: stored.paymentID ?? stored.paydocID) }),
            status.status != nil
        {
            return status
        }
        guard try await isOnlyPayment(transaction), let order = merchantTransID(transaction) else { return nil }
        for day in Self.days(around: transaction.createTime) {
            guard let found = try await Self.known({ try await api.status(merchantTransID: order, day: day) }) else {
                continue
            }
            // This answer may lack the status.
            if found.status != nil { return found }
            return try await Self.known { try await api.status(paymentID: found.paymentID) } ?? found
        }
        return nil
    }

    /// Nil if Click says that there is no such payment.
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

    /// By order and day Click finds one payment, whichever: there must not be a second.
    private func isOnlyPayment(_ transaction: Transaction) async throws -> Bool {
        let filter = TransactionFilter(orderID: transaction.orderID, gateway: ClickGateway.name)
        let others = try await store.engine.read(.point) {
            try SQLPaymentSession(sql: $0).transactions(filter, before: nil, limit: 100)
        }
        return others.count < 100 && others.filter { $0.performTime > 0 }.count <= 1
    }

    private func merchantTransID(_ transaction: Transaction) -> String? {
        ClickAccount(stored: transaction.account)?.merchantTransID
    }

    /// The day of a moment, then the next and the last: Prepare may come before midnight and the money after it.
    static func days(around moment: Int64) -> [String] {
        let date = Date(timeIntervalSince1970: Double(moment) / 1_000)
        return [0, 86_400, -86_400].map { date.addingTimeInterval($0).formatted(day) }
    }
}
