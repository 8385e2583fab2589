import Logging
import Payments
import Specification
import Storage

/// What the bank says about money that goes back: how refunds of ours end, and refunds that it was forced to.
///
/// Source: pix.md 3.5, 5.1
struct PixReturns: Sendable {
    let context: PixContext

    /// Takes each in a storage transaction of its own, together with what it makes of the transaction.
    ///
    /// - Parameter page: the charge's id.
    func take(_ returns: [PixReturn], of e2eID: String, _ page: String) async throws {
        for entry in returns { try await take(entry, of: e2eID, page) }
    }

    func take(_ entry: PixReturn, of e2eID: String, _ page: String) async throws {
        guard entry.amount > 0 else { return }
        let state: PixRefund.State
        switch entry.status {
        case .processing: state = .processing
        case .done: state = .done
        case .refused: state = .refused
        case nil:
            context.onAnomaly(.unknownStatus)
            state = .processing
        }
        for _ in 0..<PixSettlement.looksMaximum {
            do {
                guard let news = try await take(entry, state, of: e2eID) else { return }
                return announce(news, entry, page)
            } catch is Overtaken {
                continue
            }
        }
        throw PixBankError.unknown("the refund is being stored by somebody else")
    }

    /// The bank will not carry one of ours out: it knows of no such refund.
    func refuse(_ refund: PixRefund, _ cause: String, _ page: String) async throws {
        let entry = PixReturn(
            id: refund.id, amount: refund.amount, status: .refused, statusWord: "", reason: cause)
        try await take(entry, of: refund.e2eID, page)
    }

    /// What changed.
    private struct News {
        var refund: PixRefund
        var isForced: Bool
        var isBeyond: Bool
    }

    /// Everything that the decision rests on, read at once, and looked at again when it is stored.
    private struct Facts: Sendable {
        var receipt: PixReceipt
        var refund: PixRefund?
        var transaction: Transaction
        /// Of other refunds: centavos under way, and done.
        var underWay: Int64
        var done: Int64

        static func read(_ id: String, of e2eID: String, in sql: any SQLSession) throws -> Facts? {
            guard let receipt = try PixReceipt.find(e2eID, in: sql),
                let transaction = try SQLPaymentSession(sql: sql).transaction(id: receipt.transactionID)
            else { return nil }
            let sums = try PixRefund.sums(of: e2eID, except: id, in: sql)
            return Facts(
                receipt: receipt, refund: try PixRefund.find(id, of: e2eID, in: sql), transaction: transaction,
                underWay: sums.underWay, done: sums.done)
        }

        /// The transaction is the service's to guard: this very change may have moved it.
        func isSame(as other: Facts) -> Bool {
            receipt == other.receipt && refund == other.refund && underWay == other.underWay && done == other.done
        }
    }

    /// - Returns: nil if nothing is new.
    private func take(_ entry: PixReturn, _ state: PixRefund.State, of e2eID: String) async throws -> News? {
        let facts = try await context.store.engine.read(.point) { try Facts.read(entry.id, of: e2eID, in: $0) }
        guard let facts else { return nil }
        let known = facts.refund?.state
        // A bank that refused it may carry it out all the same, or said no only because it was asked too often.
        let isRevived = known == .refused && state == .done
        if let known, known == state || known.isEnd, !isRevived { return nil }
        let now = context.now
        var refund =
            facts.refund
            ?? PixRefund(
                e2eID: e2eID, id: entry.id, transactionID: facts.receipt.transactionID, amount: entry.amount,
                origin: .forced, actor: PixGateway.name, state: state, requestedAt: now, attempts: 0)
        refund.state = state
        let next = refund
        let done = facts.done + (state == .done ? refund.amount : 0)
        let underWay = facts.underWay + (state == .processing ? refund.amount : 0)
        let refunded = min(facts.receipt.amount, done)
        // The bank's own refunds come before ours, which it will refuse then.
        let reserved = min(facts.receipt.amount - refunded, underWay)
        let record: Alongside = { _, sql in
            guard try Facts.read(entry.id, of: e2eID, in: sql)?.isSame(as: facts) == true else { throw Overtaken() }
            try next.store(entry, at: now, in: sql)
            try sql.execute(
                "UPDATE pix_receipts SET reserved = $1, refunded = $2 WHERE e2e_id = $3",
                [.integer(reserved), .integer(refunded), .text(e2eID)])
        }
        try await apply(facts, refund, refunded: refunded, underWay: underWay, record)
        // What was released may have been promised to another refund meanwhile.
        let claimed = isRevived ? done + underWay : done
        return News(refund: refund, isForced: facts.refund == nil, isBeyond: claimed > facts.receipt.amount)
    }

    /// What the merchant still has of the payment is what the transaction is worth.
    private func apply(
        _ facts: Facts, _ refund: PixRefund, refunded: Int64, underWay: Int64, _ record: @escaping Alongside
    ) async throws {
        let transaction = facts.transaction
        let service = context.service
        if facts.receipt.standing == .underpaid, refund.state.isEnd, transaction.state == .created,
            transaction.phase == PixSettlement.underpaidPhase
        {
            let answer = try await service.cancel(
                transaction.key, reason: context.reason(.amountMismatch), refundAllowed: false, alongside: record)
            return try expectNew(answer)
        }
        guard facts.receipt.standing.isPayment, transaction.state == .performed else {
            return try await context.store.engine.write { try record(transaction, $0) }
        }
        let kept = min(transaction.amount.minor, facts.receipt.amount - refunded)
        let part = transaction.amount.minor - kept - transaction.refundedAmount
        // Before the rest: killed in between, it is done again.
        if kept > 0 {
            let phase: String? =
                underWay > 0
                ? PixRefunds.pendingPhase
                : refund.state == .refused && refund.origin == .merchant ? PixRefunds.refusedPhase : nil
            if phase != transaction.phase { _ = try await service.mark(transaction.key, phase: phase) }
        }
        guard part > 0 else { return try await context.store.engine.write { try record(transaction, $0) } }
        try expectNew(
            try await service.refund(
                transaction.key, amount: part, reason: context.reason(.refunded), actor: refund.actor,
                alongside: record))
    }

    private func expectNew(_ answer: ServiceAnswer) throws {
        guard case .success(let outcome) = answer, !outcome.isRepeat else { throw Overtaken() }
    }

    private func announce(_ news: News, _ entry: PixReturn, _ page: String) {
        let refund = news.refund
        if news.isForced { context.onAnomaly(.forcedRefund) }
        if news.isBeyond { context.onAnomaly(.refundBeyondPayment) }
        if refund.state == .refused { context.onAnomaly(.refundRefused) }
        if news.isForced || refund.state == .refused {
            context.logger.error(
                news.isForced
                    ? "the bank gave money back that nobody here asked for"
                    : "the bank does not give money back: look at it in the bank's site",
                metadata: [
                    "transaction": "\(refund.transactionID)", "state": "\(refund.state.rawValue)",
                    "nature": "\(entry.nature ?? "")", "cause": "\(BankWords.masked(entry.reason ?? ""))",
                ])
        }
        context.onChange(page)
    }

    /// Somebody else was faster: look again.
    private struct Overtaken: Error {}
}
