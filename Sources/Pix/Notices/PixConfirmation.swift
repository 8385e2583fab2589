import Payments
import Storage

/// What became of a merchant's word that a charge was paid.
public enum PixConfirmation: Sendable, Hashable {
    /// It is paid: by this word, or before.
    case paid(PixChargeView, isRepeat: Bool)
    /// No charge has that id.
    case notFound
    /// The charge is of another amount. Nothing changed.
    case wrongAmount
    /// Its time was up, it was called off, or it went back. The payment is written down.
    case tooLate(PixChargeView)
    /// The bank does not say so, yet: it was asked, and will be again.
    case notYet(PixChargeView)
}

extension PixCharges {
    /// The merchant says that a charge was paid: the seed's `{bank_payment_id, amount}`. Only for callers that hold the
    /// merchant's key.
    ///
    /// Where there is a bank its word counts: it is asked at once. A static code is taken for paid.
    /// - Parameters:
    ///   - id: the txid, or the page's id.
    ///   - amount: centavos.
    public func confirm(_ id: String, amount: Int64) async throws -> PixConfirmation {
        let view: PixChargeView
        if let found = try await find(txid: id) {
            view = found
        } else if let found = try await find(id) {
            view = found
        } else {
            return .notFound
        }
        guard view.transaction.amount.minor == amount else { return .wrongAmount }
        switch view.status {
        case .paid: return .paid(view, isRepeat: true)
        case .refunded: return .tooLate(view)
        case .pending, .expired, .cancelled: break
        }
        guard view.charge.provider == .static else {
            guard let now = try await step(view.charge.id) else { return .notFound }
            switch now.status {
            case .paid: return .paid(now, isRepeat: false)
            case .pending: return .notYet(now)
            case .expired, .cancelled, .refunded: return .tooLate(now)
            }
        }
        return try await confirmStatic(view, amount)
    }

    /// What the bank itself told of it gives the payment its id and its time. What anybody may have told gives it nothing.
    private func confirmStatic(_ view: PixChargeView, _ amount: Int64) async throws -> PixConfirmation {
        let notices = try await context.store.engine.read(.point) {
            try PixNotice.vouched(txid: view.charge.txid, in: $0)
        }
        let told = notices.lazy.compactMap { notice in
            notice.payment(self.context.specification, at: self.context.now).map { (notice, $0) }
        }.first { $0.1.amount == amount }
        let payment =
            told?.1
            ?? PixPayment(e2eID: view.charge.standIn, txid: view.charge.txid, amount: amount, paidAt: nil)
        let taken = try await settlement.take(payment, view.charge)
        if let notice = told?.0 {
            try await context.store.engine.write { sql in
                try notice.set(.done, dueAt: nil, attempts: 0, note: nil, in: sql)
            }
        }
        guard let now = try await find(view.charge.id) else { return .notFound }
        guard now.status == .paid else { return .tooLate(now) }
        return .paid(now, isRepeat: taken == .repeated)
    }
}

extension PixCharge {
    /// The id of a payment that only the merchant has told of.
    var standIn: String { PixNotice.standInPrefix + txid }
}
