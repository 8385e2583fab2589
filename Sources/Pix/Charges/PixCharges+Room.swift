import Payments
import Specification
import Storage

extension PixCharges {
    /// An order whose payer's code ran out is free for another charge: the old one is called off first. Money that
    /// still comes for it is late.
    ///
    /// Where there is a bank it is asked first, as ever: it may have been paid.
    /// - Returns: whether the order may be free now.
    func makeRoom(_ orderID: String) async throws -> Bool {
        let (holder, found) = try await context.store.engine.read(.point) { sql in
            let holder = try SQLPaymentSession(sql: sql).holder(ofOrder: orderID)
            return (holder, try holder.flatMap { try PixCharge.find(transactionID: $0.id, in: sql) })
        }
        // It came to its end meanwhile.
        guard let holder, holder.state == .created else { return true }
        guard let charge = found else { return false }
        guard charge.cancelledBy != nil || context.now > charge.expiresAt else { return false }
        guard charge.provider == .static else {
            _ = try await advanceOrPostpone(charge)
            return true
        }
        return try await callOffOverdue(charge, holder)
    }

    /// A static charge that waits for late notices only.
    ///
    /// - Returns: false if it is not over: it was given more time, or the bank has told of a payment that is being
    ///   taken.
    private func callOffOverdue(_ charge: PixCharge, _ transaction: Transaction) async throws -> Bool {
        let now = context.now
        do {
            _ = try await context.service.cancel(
                transaction.key, reason: context.reason(.expired), refundAllowed: false, actor: Self.deadlineActor
            ) { transaction, sql in
                guard let stored = try PixCharge.find(transactionID: transaction.id, in: sql), now > stored.expiresAt,
                    try PixNotice.vouched(txid: stored.txid, in: sql).isEmpty
                else { throw NotOver() }
                try PixCharge.end(transaction.id, nil, note: nil, in: sql)
            }
        } catch is NotOver {
            return false
        }
        context.onChange(charge.id)
        return true
    }

    private struct NotOver: Error {}
}
