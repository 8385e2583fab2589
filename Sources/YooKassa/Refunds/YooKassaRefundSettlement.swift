import Logging
import Payments
import Specification
import Storage

/// What YooKassa's word on a refund makes of it, and refunds that somebody made in its cabinet.
///
/// Source: yookassa.md 11, 23 #7 to #12
struct YooKassaRefundSettlement: Sendable {
    let context: YooKassaContext

    /// How long a refund may take until somebody should look, milliseconds.
    private static let stuckMilliseconds: Int64 = 4 * 86_400_000
    /// The longest pause between two looks, milliseconds.
    private static let longestPause: Int64 = 3_600_000

    /// What YooKassa says of one of ours.
    func take(_ known: YooKassaRefund, _ refund: YooKassaStoredRefund) async throws {
        for _ in 0..<8 {
            let facts = try await context.store.engine.read(.point) { sql in
                try YooKassaStoredRefund.find(refund.id, in: sql).flatMap { refund in
                    try YooKassaSettlement.Facts.read(refund.paymentID, in: sql).map { (refund, $0) }
                }
            }
            guard let (current, payment) = facts else { return }
            guard !current.state.isEnd else { return await compare(known, current) }
            guard known.paymentID == payment.payment.providerID,
                current.providerID == nil || current.providerID == known.id,
                known.amount.money == Money(minor: current.amount, currency: payment.transaction.amount.currency)
            else {
                await context.raise(.contradiction, refund.id, "YooKassa's refund \(known.id) is not the one asked for")
                return try await leaveUnresolved(current)
            }
            do {
                try await settle(known, current, payment)
                return
            } catch is Overtaken {
                continue
            }
        }
        throw YooKassaError.unknown("the refund is being changed by somebody else")
    }

    /// What has ended stays so; if it ended on somebody's word and YooKassa says otherwise later, a person must know.
    private func compare(_ known: YooKassaRefund, _ refund: YooKassaStoredRefund) async {
        let isOther =
            switch known.status.known {
            case .succeeded: refund.state == .refused
            case .canceled: refund.state == .succeeded
            case .pending, nil: false
            }
        guard isOther else { return }
        await context.raise(
            .contradiction, refund.id,
            "YooKassa says \(known.status.text) of a refund that ended as \(refund.state.rawValue): look at what was paid"
        )
    }

    private func settle(
        _ known: YooKassaRefund, _ refund: YooKassaStoredRefund, _ facts: YooKassaSettlement.Facts
    ) async throws {
        let now = context.now
        var next = refund
        next.providerID = known.id
        next.receiptStatus = known.receiptRegistration?.text ?? refund.receiptStatus
        if next.receiptStatus != refund.receiptStatus, known.receiptRegistration?.known == .canceled {
            await context.raise(.receiptFailed, refund.id, "the fiscal receipt of the refund was not registered")
        }
        switch known.status.known {
        case .succeeded?:
            try await succeed(next, from: refund, facts, at: known.createdAt ?? now)
        case .canceled?:
            next.cancelParty = known.cancellation?.party
            next.cancelReason = known.cancellation?.reason
            try await canceled(next, from: refund, facts)
        case .pending?, nil:
            if known.status.known == nil {
                await context.raise(.unknownStatus, refund.id, "YooKassa calls the refund \(known.status.text)")
            }
            if now - refund.requestedAt > Self.stuckMilliseconds {
                await context.raise(.refundStuck, refund.id, "it is not done after days: ask YooKassa")
            }
            next.state = .pending
            next.looks = refund.looks + 1
            next.dueAt = now + min(max(context.pollPause(refund.looks), Self.age(refund, now) / 10), Self.longestPause)
            next.note = nil
            let stored = next
            try await context.store.engine.write { sql in
                guard try stored.update(from: refund, in: sql) else { throw Overtaken() }
                if let key = refund.attemptKey { try YooKassaAttempt.end(key, .answered, at: now, in: sql) }
            }
        }
    }

    private static func age(_ refund: YooKassaStoredRefund, _ now: Int64) -> Int64 { max(now - refund.requestedAt, 0) }

    /// Somebody's word stands for YooKassa's.
    ///
    /// - Throws: ``Overtaken`` if it stands otherwise by now.
    func settle(_ refund: YooKassaStoredRefund, by word: YooKassaMerchantWord) async throws {
        let facts = try await context.store.engine.read(.point) {
            try YooKassaSettlement.Facts.read(refund.paymentID, in: $0)
        }
        guard let facts else { throw Overtaken() }
        switch word.outcome {
        case .succeeded: try await succeed(refund, from: refund, facts, at: word.at, by: word)
        case .canceled: try await refuse(refund, refund, facts, note: "on the word of \(word.actor)", by: word)
        }
    }

    private func succeed(
        _ refund: YooKassaStoredRefund, from old: YooKassaStoredRefund, _ facts: YooKassaSettlement.Facts,
        at moment: Int64, by word: YooKassaMerchantWord? = nil
    ) async throws {
        let (transaction, now) = (facts.transaction, context.now)
        var refund = refund
        (refund.state, refund.settledAt, refund.dueAt, refund.note) = (.succeeded, moment, nil, nil)
        let stored = refund
        let record: Alongside = { _, sql in
            guard try stored.update(from: old, in: sql) else { throw Overtaken() }
            try YooKassaStoredRefund.settle(stored.amount, refunded: stored.amount, of: stored.paymentID, in: sql)
            if let key = old.attemptKey { try YooKassaAttempt.end(key, .answered, at: now, in: sql) }
            try word?.insert(ofPayment: stored.paymentID, in: sql)
        }
        try await book(stored.amount, transaction, facts.payment, word?.actor ?? stored.actor, record)
    }

    /// What went back is seen on the transaction, together with the rows here.
    func book(
        _ amount: Int64, _ transaction: Transaction, _ payment: YooKassaStoredPayment, _ actor: String,
        _ record: @escaping Alongside
    ) async throws {
        let left = transaction.amount.minor - transaction.refundedAmount
        // Of a duplicate all of the transaction goes, also what was held and never taken.
        let isAll = transaction.isDuplicate && payment.refunded + amount == payment.captured
        guard transaction.state == .performed, amount <= left, isAll || !transaction.isDuplicate else {
            // Given up before it was paid: the money is back, and the state stays.
            try await context.store.engine.write { try record(transaction, $0) }
            if transaction.state != .cancelled, !transaction.isDuplicate {
                await context.raise(.refundBeyondPayment, payment.id, "more went back than had come")
            }
            context.onChange(payment.id)
            return
        }
        let answer = try await context.service.refund(
            transaction.key, amount: isAll ? left : amount, reason: context.reason(.refund), actor: actor,
            alongside: record)
        guard case .success(let outcome) = answer else { throw Overtaken() }
        try await showPhase(outcome.transaction, payment.id)
        context.onChange(payment.id)
    }

    /// What is finer than the state, after a refund came to its end.
    private func showPhase(_ transaction: Transaction, _ paymentID: String) async throws {
        guard transaction.state == .performed, !transaction.isDuplicate else { return }
        let refunds = try await context.store.engine.read(.point) {
            try YooKassaStoredRefund.all(ofPayment: paymentID, in: $0)
        }
        let isOpen = refunds.contains { !$0.state.isEnd }
        let isRefused = refunds.last?.state == .refused
        let phase =
            isOpen
            ? YooKassaRefunds.pendingPhase
            : isRefused
                ? YooKassaRefunds.refusedPhase
                : refunds.contains { $0.state == .succeeded } ? YooKassaRefunds.partPhase : nil
        _ = try await context.service.mark(transaction.key, phase: phase)
    }

    /// YooKassa cancelled it: it is asked for once more with a new key if that may help, else what was reserved is free
    /// again.
    ///
    /// Source: yookassa.md 11
    private func canceled(
        _ refund: YooKassaStoredRefund, from old: YooKassaStoredRefund, _ facts: YooKassaSettlement.Facts
    ) async throws {
        let now = context.now
        let plan = refund.cancelReason.flatMap { context.specification.refundReasons[$0] }
        guard let plan, refund.tries < plan.times, let providerID = facts.payment.providerID else {
            return try await refuse(old, refund, facts, note: "YooKassa cancelled it: \(refund.cancelReason ?? "?")")
        }
        let attempt = YooKassaAttempt(
            .refund, refund.id,
            body: YooKassaBody.refund(
                Money(minor: refund.amount, currency: facts.transaction.amount.currency), of: providerID,
                description: refund.description, receipt: refund.receipt))
        var next = refund
        next.state = .waiting
        // The one that was cancelled is over there, and another one comes.
        next.providerID = nil
        next.attemptKey = attempt.key
        next.tries += 1
        next.looks = 0
        next.dueAt = YooKassaCalendar.moment(plan.again, after: now)
        next.note = "YooKassa cancelled it, it is asked for once more: \(refund.cancelReason ?? "?")"
        let stored = next
        try await context.store.engine.write { sql in
            guard try stored.update(from: old, in: sql) else { throw Overtaken() }
            try attempt.insert(at: now, in: sql)
            if let key = old.attemptKey { try YooKassaAttempt.end(key, .answered, at: now, in: sql) }
        }
    }

    /// YooKassa will not carry one of ours out.
    func refuse(_ refund: YooKassaStoredRefund, note: String) async throws {
        let facts = try await context.store.engine.read(.point) {
            try YooKassaSettlement.Facts.read(refund.paymentID, in: $0)
        }
        guard let facts else { return }
        try await refuse(refund, refund, facts, note: note)
    }

    private func refuse(
        _ old: YooKassaStoredRefund, _ refund: YooKassaStoredRefund, _ facts: YooKassaSettlement.Facts, note: String,
        by word: YooKassaMerchantWord? = nil
    ) async throws {
        let now = context.now
        var next = refund
        (next.state, next.settledAt, next.dueAt, next.note) = (.refused, now, nil, note)
        let stored = next
        try await context.store.engine.write { sql in
            guard try stored.update(from: old, in: sql) else { throw Overtaken() }
            try YooKassaStoredRefund.settle(stored.amount, refunded: 0, of: stored.paymentID, in: sql)
            if let key = old.attemptKey { try YooKassaAttempt.end(key, .refused, at: now, in: sql) }
            try word?.insert(ofPayment: stored.paymentID, in: sql)
        }
        // Whoever said so knows it.
        if word == nil {
            await context.raise(.refundRefused, refund.id, "\(note): pay it back otherwise, or ask for it again")
        }
        if let transaction = try await context.service.find(id: facts.payment.transactionID) {
            try await showPhase(transaction, facts.payment.id)
        }
        context.onChange(facts.payment.id)
    }

    /// What is reserved stays so: the money may have gone.
    func leaveUnresolved(_ refund: YooKassaStoredRefund) async throws {
        let now = context.now
        var next = refund
        (next.state, next.dueAt) = (.unresolved, nil)
        next.note = "YooKassa never said what became of it: look in its cabinet"
        let stored = next
        try await context.store.engine.write { sql in
            guard try stored.update(from: refund, in: sql) else { return }
            if let key = refund.attemptKey { try YooKassaAttempt.end(key, .unresolved, at: now, in: sql) }
        }
        await context.raise(.unresolved, refund.id, "a refund of which nothing is known: look in YooKassa's cabinet")
    }
}
