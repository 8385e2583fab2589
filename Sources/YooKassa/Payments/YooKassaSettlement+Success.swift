import Payments
import Specification
import Storage

extension YooKassaSettlement {
    /// How long a receipt may take until somebody should look, milliseconds.
    private static let receiptMilliseconds: Int64 = 3 * 86_400_000
    /// How often it is looked at, milliseconds.
    private static let receiptPause: Int64 = 3_600_000
    /// How soon another transaction may let go of the order, milliseconds.
    private static let orderPause: Int64 = 60_000

    func succeed(_ known: YooKassaPayment, _ facts: Facts, _ ending: Ending?) async throws -> Bool {
        let (payment, transaction, now) = (facts.payment, facts.transaction, context.now)
        // What somebody else took, if our own call was refused.
        let captured =
            (ending == .refused ? known.amount.money?.minor : payment.captureAmount) ?? transaction.amount.minor
        let dueAt = dueAfterSuccess(known, facts, captured)
        let record: Alongside = { changed, sql in
            try facts.confirm(in: sql)
            try payment.adopt(known, step: .succeeded, dueAt: dueAt, looks: 0, in: sql)
            try YooKassaStoredPayment.take(payment.id, captured, in: sql)
            try YooKassaAttempt.end(
                payment.attemptKey, ending == .refused ? .refused : .answered, at: now, in: sql)
            if payment.captured == 0, let kind = Self.stray(payment, changed) {
                try YooKassaStoredRefund.late(payment, kind, captured, at: now, in: sql)
            }
            try YooKassaSubscriptionRows.wake(payment.id, at: now, in: sql)
        }
        switch transaction.state {
        case .created:
            let answer = try await context.service.perform(
                transaction.key, ifTaken: .performAsDuplicate, paidAt: known.capturedAt,
                goesBack: payment.cancelledBy != nil, alongside: record)
            switch answer {
            case .success(let outcome) where !outcome.isRepeat:
                await announce(payment, outcome.transaction)
                await lookAtReceipt(known, payment)
                try await bookUncaptured(payment.id, outcome.transaction, captured)
                return true
            case .failure(.orderBusy):
                // Another one waits for the same order. It may let it go, or be paid: then this one goes back.
                let moment = now + Self.orderPause
                try await context.store.engine.write { sql in
                    try YooKassaStoredPayment.schedule(
                        payment.id, at: moment, note: "another payment holds the order", in: sql)
                }
                return true
            default: return false
            }
        case .cancelled:
            try await context.store.engine.write { try record(transaction, $0) }
            if payment.captured == 0 { await announce(payment, transaction) }
        case .performed, .cancelledAfterPerform:
            try await context.store.engine.write { try record(transaction, $0) }
            try await bookUncaptured(payment.id, transaction, payment.captured)
        }
        await lookAtReceipt(known, payment)
        return true
    }

    /// Money that is nobody's: it goes back by itself.
    private static func stray(
        _ payment: YooKassaStoredPayment, _ transaction: Transaction
    ) -> YooKassaStoredRefund.Stray? {
        if transaction.state == .cancelled { return .late }
        if transaction.isDuplicate { return .duplicate }
        return transaction.state == .performed && payment.cancelledBy != nil ? .cancelled : nil
    }

    private func announce(_ payment: YooKassaStoredPayment, _ transaction: Transaction) async {
        switch Self.stray(payment, transaction) {
        case .late?:
            await context.raise(.latePayment, payment.id, "paid after it was given up: the money goes back")
        case .duplicate?:
            await context.raise(.duplicatePayment, payment.id, "the order was paid already: the money goes back")
        case .cancelled?, nil: break
        }
        context.onChange(payment.id)
        context.onDue(.refunds)
        context.onDue(.subscriptions)
    }

    private func dueAfterSuccess(_ known: YooKassaPayment, _ facts: Facts, _ captured: Int64) -> Int64? {
        let now = context.now
        // Looked at again only if what was not taken could not be booked at once.
        if captured < facts.transaction.amount.minor, facts.payment.uncaptured == 0 { return now + Self.orderPause }
        guard known.receiptRegistration?.known == .pending else { return nil }
        let since = known.capturedAt ?? facts.payment.capturedAt ?? now
        return now - since < Self.receiptMilliseconds ? now + Self.receiptPause : nil
    }

    /// What was held and not taken is back with the payer: it was performed in part.
    ///
    /// Source: yookassa.md 9
    private func bookUncaptured(_ id: String, _ transaction: Transaction, _ captured: Int64) async throws {
        let rest = transaction.amount.minor - captured
        // Of a duplicate everything goes back, and at once.
        guard rest > 0, captured > 0, transaction.state == .performed, !transaction.isDuplicate else { return }
        let payment = try await context.store.engine.read(.point) { try YooKassaStoredPayment.find(id, in: $0) }
        guard payment?.uncaptured == 0 else { return }
        let answer = try await context.service.refund(
            transaction.key, amount: rest, reason: context.reason(.refund), actor: YooKassaGateway.name
        ) { _, sql in
            guard try YooKassaStoredPayment.leave(id, rest, in: sql) else { throw Overtaken() }
        }
        if case .success = answer { context.onChange(id) }
    }

    /// Source: yookassa.md 12, 23 #27
    private func lookAtReceipt(_ known: YooKassaPayment, _ payment: YooKassaStoredPayment) async {
        switch known.receiptRegistration?.known {
        case .canceled? where payment.receiptStatus != known.receiptRegistration?.text:
            await context.raise(
                .receiptFailed, payment.id, "paid, and the fiscal receipt was not registered: make one by hand")
        case .pending?:
            if let since = known.capturedAt, context.now - since >= Self.receiptMilliseconds {
                await context.raise(.receiptStuck, payment.id, "the fiscal receipt waits for three days: ask YooKassa")
            }
        default: break
        }
    }
}

extension YooKassaStoredPayment {
    /// - Returns: false if it was done before.
    fileprivate static func leave(_ id: String, _ amount: Int64, in sql: any SQLSession) throws -> Bool {
        try sql.execute(
            """
            UPDATE yookassa_payments SET uncaptured = $1,
                due_at = CASE WHEN receipt_status = 'pending' THEN due_at ELSE NULL END
            WHERE id = $2 AND uncaptured = 0
            """,
            [.integer(amount), .text(id)]) == 1
    }

    /// The call that would have taken a part was refused.
    static func forgetCapture(_ id: String, in sql: any SQLSession) throws {
        try sql.execute("UPDATE yookassa_payments SET capture_amount = NULL WHERE id = $1", [.text(id)])
    }
}
