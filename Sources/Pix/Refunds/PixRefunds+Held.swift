public import Payments
import Specification
import Storage

/// Why held money does not go back, or is not kept.
public enum PixHeldRefusal: Error, Sendable, Hashable {
    /// No payment has that id, or its charge asked for all of it.
    case notFound
    /// All of it went back, or is on its way.
    case nothingHeld
    /// Not from one centavo to that many.
    case amount(held: Int64)
    /// The payment was made longer ago than that.
    case tooOld(days: Int64)
    /// It came in by a static code: no bank of ours can give it back.
    case noBank
}

/// Money that no charge asked for: paid twice, late, too little or too much.
///
/// Source: pix.md 3.5, 5.1
extension PixRefunds {
    /// Payments whose money is held: it neither went back nor is it about to, and nobody said to keep it. The oldest
    /// first.
    ///
    /// - Parameters:
    ///   - limit: how many at the most.
    ///   - offset: how many of the oldest to leave out.
    /// - Throws: `StorageFailure`.
    public func held(limit: Int64 = 100, offset: Int64 = 0) async throws -> [PixHeldMoney] {
        try await context.store.engine.read(.scan) { try PixHeldMoney.all(limit: limit, offset: offset, in: $0) }
    }

    /// Stores that held money is to go back. Without `alongside` the same amount again is the same wish while it waits.
    ///
    /// - Parameters:
    ///   - e2eID: of the payment.
    ///   - amount: centavos, at most what is held; nil: all that is held.
    ///   - actor: on whose word.
    ///   - alongside: rows to be stored together with it, such as the caller's key for it, which tell a repeat.
    /// - Returns: the refund, which goes on by ``advanceDue()``.
    /// - Throws: `StorageFailure`; what `alongside` threw, and nothing is stored then.
    public func giveBackHeld(
        _ e2eID: String, amount: Int64? = nil, actor: String,
        alongside: (@Sendable (PixRefundView, any SQLSession) throws -> Void)? = nil
    ) async throws -> Result<PixRefundView, PixHeldRefusal> {
        guard context.bank != nil else { return .failure(.noBank) }
        let (now, days) = (context.now, context.specification.limits.refundDays)
        do {
            let refund = try await context.store.engine.write { [self] sql in
                guard let held = try PixHeldMoney.locked(e2eID, in: sql),
                    let transaction = try SQLPaymentSession(sql: sql).transaction(id: held.receipt.transactionID)
                else { throw PixHeldRefusal.notFound }
                guard canGiveBack(transaction) else { throw PixHeldRefusal.noBank }
                if alongside == nil, amount != nil || held.amount <= 0,
                    let same = try PixRefundView.open(amount, of: e2eID, in: sql)
                {
                    return same
                }
                guard held.amount > 0 else { throw PixHeldRefusal.nothingHeld }
                guard now - held.receipt.paidAt <= days * 86_400_000 else { throw PixHeldRefusal.tooOld(days: days) }
                let sum = amount ?? held.amount
                guard (1...held.amount).contains(sum) else { throw PixHeldRefusal.amount(held: held.amount) }
                let refund = PixRefund(
                    e2eID: e2eID, id: PixID.refund(), transactionID: transaction.id, amount: sum, origin: .merchant,
                    actor: actor, state: .waiting, requestedAt: now, attempts: 0)
                try refund.insert(in: sql)
                guard let view = try PixRefundView.find(refund.id, of: e2eID, in: sql) else { throw CorruptCharge() }
                try alongside?(view, sql)
                return view
            }
            context.onDue(.refunds)
            return .success(refund)
        } catch let refusal as PixHeldRefusal {
            return .failure(refusal)
        }
    }

    /// The merchant keeps what is held of a payment: it is not listed any more. It can still be given back.
    ///
    /// - Parameters:
    ///   - actor: on whose word.
    ///   - alongside: rows to be stored together with it.
    /// - Returns: what is kept; the same again changes nothing.
    /// - Throws: `StorageFailure`; what `alongside` threw.
    public func keepHeld(
        _ e2eID: String, actor: String,
        alongside: (@Sendable (PixHeldMoney, any SQLSession) throws -> Void)? = nil
    ) async throws -> Result<PixHeldMoney, PixHeldRefusal> {
        let now = context.now
        let held = try await context.store.engine.write { sql -> PixHeldMoney? in
            guard let held = try PixHeldMoney.locked(e2eID, in: sql) else { return nil }
            if held.amount > 0 {
                _ = try held.keep(by: actor, at: now, in: sql)
                try alongside?(held, sql)
            }
            return held
        }
        guard let held else { return .failure(.notFound) }
        return held.amount > 0 ? .success(held) : .failure(.nothingHeld)
    }
}
