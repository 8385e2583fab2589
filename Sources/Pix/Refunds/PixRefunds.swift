import Logging
public import Payments
import Specification
import Storage

/// Gives payments back, wholly or in part (devolução).
///
/// The amount is reserved before the bank is asked, and the database keeps the sum. A call whose answer was lost is
/// asked about before it is sent again, with the same id; until the bank's last word is known the transaction stays
/// performed, with the phase ``pendingPhase``.
///
/// Source: pix.md 3.5, 5.1
public final class PixRefunds: RefundGateway {
    /// The phase of a payment of which something is going back.
    public static let pendingPhase = "refund_pending"
    /// The phase of a payment that the bank does not give back: somebody has to look, in the bank's site.
    public static let refusedPhase = "refund_refused"

    let context: PixContext
    private let returns: PixReturns
    private let rounds = PixRounds()

    /// How long a refund may take until somebody should look, milliseconds.
    private static let stuckMilliseconds: Int64 = 3 * 86_400_000
    /// How often the bank may say no before it is believed. What it did not answer is repeated with the same id for as
    /// long as it takes.
    private static let refusalsMaximum: Int64 = 3

    init(_ context: PixContext, _ returns: PixReturns) {
        self.context = context
        self.returns = returns
    }

    /// Whether it can give back a part of a payment.
    public var givesBackParts: Bool { true }

    /// Whether a transaction is one that it can give back as it is set up now; how it stands does not matter.
    public func canGiveBack(_ transaction: Transaction) -> Bool {
        // A static code's txid is shorter than any charge's: what it brought, no bank of ours knows.
        context.bank != nil && transaction.key.gateway == PixGateway.name
            && PixTxid(charge: transaction.key.externalID) != nil
    }

    /// Stores that money is to go back; what becomes of it is seen on the transaction.
    ///
    /// Without `alongside` nobody can tell a repeat from a second wish: then the same amount again changes nothing while
    /// it waits, and neither does all that is left when nothing is.
    ///
    /// - Parameters:
    ///   - amount: at most what is left; nil: all that is left.
    ///   - actor: on whose word, for the journal.
    ///   - alongside: rows to be stored together with the request, such as the caller's key for it, which tell a repeat:
    ///     whatever else is under way, it is a request of its own.
    /// - Returns: the transaction; a refusal if it is not performed, is none of this gateway's, has not that much left,
    ///   was paid too long ago, or the shop's hook forbids it.
    public func request(
        _ transaction: Transaction, amount: Money? = nil, actor: String, alongside: Alongside? = nil
    ) async throws -> ServiceAnswer {
        guard canGiveBack(transaction) else { return .failure(.transactionNotFound) }
        guard transaction.state == .performed else { return .failure(.invalidState(transaction.state)) }
        if let amount, amount.currency != .brl || amount.minor <= 0 { return .failure(.wrongAmount) }
        if case .refuse(let words) = try await context.service.mayRefund(transaction) {
            return .failure(.refundRefused(words))
        }
        let now = context.now
        let days = context.specification.limits.refundDays
        let wish = Wish(
            amount: amount?.minor, actor: actor, now: now, refundDays: days, isDistinct: alongside != nil)
        let reserve: Alongside = { transaction, sql in
            try Self.reserve(transaction, wish, in: sql)
            try alongside?(transaction, sql)
        }
        do {
            let answer = try await context.service.mark(
                transaction.key, phase: Self.pendingPhase, alongside: reserve)
            // Something is going back already: the phase says so, and the row is still to be written.
            guard case .success(let outcome) = answer, outcome.isRepeat else { return announced(answer) }
            try await context.store.engine.write { sql in
                guard let stored = try SQLPaymentSession(sql: sql).transaction(id: transaction.id),
                    stored.state == .performed
                else { throw Refused(.invalidState(.cancelledAfterPerform)) }
                try reserve(stored, sql)
            }
            return announced(.success(Outcome(outcome.transaction, isRepeat: false)))
        } catch let refused as Refused {
            guard let rejection = refused.rejection else {
                let stored = try await context.service.find(transaction.key) ?? transaction
                return .success(Outcome(stored, isRepeat: true))
            }
            return .failure(rejection)
        }
    }

    private func announced(_ answer: ServiceAnswer) -> ServiceAnswer {
        if case .success = answer { context.onDue(.refunds) }
        return answer
    }

    private struct Wish: Sendable {
        /// Centavos; nil: all that is left.
        let amount: Int64?
        let actor: String
        let now: Int64
        let refundDays: Int64
        /// Whether it is known to be no repeat.
        let isDistinct: Bool
    }

    private static func reserve(_ transaction: Transaction, _ wish: Wish, in sql: any SQLSession) throws {
        let receipts = try PixReceipt.all(ofTransaction: transaction.id, in: sql)
        guard let receipt = receipts.first(where: \.standing.isPayment) else { throw Refused(.wrongAmount) }
        guard wish.now - receipt.paidAt <= wish.refundDays * 86_400_000 else {
            throw Refused(.refundRefused(.paymentTooOld(days: wish.refundDays)))
        }
        let available = receipt.available
        if !wish.isDistinct, wish.amount != nil || available == 0,
            try PixRefundView.open(wish.amount, of: receipt.e2eID, in: sql) != nil
        {
            throw Refused(nil)
        }
        guard available > 0 else { throw Refused(.refundRefused(.nothingLeft)) }
        let sum = wish.amount ?? available
        guard sum <= available else { throw Refused(.wrongAmount) }
        let refund = PixRefund(
            e2eID: receipt.e2eID, id: PixID.refund(), transactionID: transaction.id, amount: sum, origin: .merchant,
            actor: wish.actor, state: .waiting, requestedAt: wish.now, attempts: 0)
        try refund.insert(in: sql)
    }

    /// Undoes the storage transaction. Nil: the same request waits already.
    private struct Refused: Error {
        let rejection: Rejection?

        init(_ rejection: Rejection?) { self.rejection = rejection }
    }

    /// Takes every refund that is due one step further. A second call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    public func advanceDue() async -> Int64 {
        await rounds.advance(
            "refunds", context, PixRefund.Lane.allCases, due: { try PixRefund.due($0, at: $1, limit: 16, in: $2) },
            nextDue: { try PixRefund.nextDue($0, in: $1) }, step: advanceOrPostpone)
    }

    private func advanceOrPostpone(_ refund: PixRefund, _ bank: any PixBank) async throws -> Int64? {
        do {
            try await advance(refund, bank)
            return nil
        } catch let failure as StorageFailure {
            throw failure
        } catch PixBankError.busy(let milliseconds) {
            try await postpone(refund, PixBankError.busy(milliseconds: milliseconds), pause: milliseconds)
            return milliseconds
        } catch let declined as Declined {
            try await postpone(refund, declined.cause, pause: nil, isRefusal: true)
            return nil
        } catch {
            try await postpone(refund, error, pause: nil)
            return nil
        }
    }

    private func advance(_ refund: PixRefund, _ bank: any PixBank) async throws {
        let page = try await page(of: refund)
        if refund.state != .waiting {
            // Asked about before anything is sent again.
            if let known = try await Self.known(refund, bank) {
                return try await settle(known, refund, page)
            }
        }
        // Durable before the call: after a crash nobody else knows that it may have been sent.
        let (attempts, refusals, now) = (refund.attempts, refund.refusals, context.now)
        try await context.store.engine.write { sql in
            try refund.note(.asked, attempts: attempts, refusals: refusals, dueAt: now, note: nil, in: sql)
        }
        do {
            let made = try await bank.giveBack(refund.amount, of: refund.e2eID, id: refund.id, description: nil)
            try await settle(made, refund, page)
        } catch let error as PixBankError {
            switch error {
            case .busy, .notSent:
                // Nothing was sent: what was known before still holds.
                try await context.store.engine.write { sql in
                    try refund.note(
                        refund.state, attempts: attempts, refusals: refusals, dueAt: now, note: nil, in: sql)
                }
                throw error
            case .unknown: throw error
            case .refused where error.isPassing: throw error
            case .refused, .notFound:
                // An id that was used already is refused, too: the bank's word on it counts.
                if let known = try await Self.known(refund, bank) { return try await settle(known, refund, page) }
                // Nobody waits for money that nobody asked for: an account that is empty tonight may not be tomorrow.
                let isPatient = refund.origin == .policy && now - refund.requestedAt < Self.stuckMilliseconds
                guard refusals + 1 >= Self.refusalsMaximum, !isPatient else { throw Declined(cause: error) }
                try await returns.refuse(refund, error.description, page)
            }
        }
    }

    /// The bank said no, and is asked once more.
    private struct Declined: Error {
        let cause: PixBankError
    }

    /// The refund as the bank has it; nil if it has none.
    private static func known(_ refund: PixRefund, _ bank: any PixBank) async throws -> PixReturn? {
        do {
            return try await bank.refund(refund.id, of: refund.e2eID)
        } catch PixBankError.notFound {
            return nil
        }
    }

    private func settle(_ known: PixReturn, _ refund: PixRefund, _ page: String) async throws {
        try await returns.take(known, of: refund.e2eID, page)
        // What is new was stored with a look that is due soon.
        if refund.state == .processing, known.status == .processing || known.status == nil {
            try await postpone(refund, nil, pause: nil, state: .processing)
        }
    }

    private func page(of refund: PixRefund) async throws -> String {
        try await context.store.engine.read(.point) {
            try PixCharge.find(transactionID: refund.transactionID, in: $0)?.id ?? ""
        }
    }

    /// 5 seconds, 10, 20 … up to an hour.
    private func postpone(
        _ refund: PixRefund, _ error: (any Error)?, pause: Int64?, state: PixRefund.State? = nil,
        isRefusal: Bool = false
    ) async throws {
        let now = context.now
        let attempts = refund.attempts + (pause == nil ? 1 : 0)
        let refusals = refund.refusals + (isRefusal ? 1 : 0)
        let wait = pause ?? PixContext.pause(attempts: refund.attempts, longest: PixRefund.longestPause)
        let cause = error.map(PixContext.cause)
        try await context.store.engine.write { sql in
            guard let stored = try PixRefund.find(refund.id, of: refund.e2eID, in: sql) else { return }
            try refund.note(
                state ?? stored.state, attempts: attempts, refusals: refusals, dueAt: now + max(wait, 1), note: cause,
                in: sql)
        }
        let isStuck = now - refund.requestedAt > Self.stuckMilliseconds
        if isStuck { context.onAnomaly(.refundStuck) }
        guard let cause else { return }
        context.logger.log(
            level: isStuck ? .error : .warning, "a refund is not done yet, it will be tried again",
            metadata: ["transaction": "\(refund.transactionID)", "attempt": "\(attempts)", "cause": "\(cause)"])
    }
}

extension Refusal {
    /// Source: pix.md 3.5
    fileprivate static func paymentTooOld(days: Int64) -> Refusal {
        Refusal(
            message: Message(
                ru: "Платёж Pix можно вернуть в течение \(days) дней после оплаты. Этот срок прошёл.",
                uz: "Pix toʻlovini toʻlangandan keyin \(days) kun ichida qaytarish mumkin. Bu muddat oʻtgan.",
                en: "A payment by Pix can be given back for \(days) days after it was paid. That time is over."))
    }

    fileprivate static let nothingLeft = Refusal(
        message: Message(
            ru: "Весь этот платёж уже возвращён или возвращается.",
            uz: "Bu toʻlovning hammasi qaytarilgan yoki qaytarilmoqda.",
            en: "All of this payment went back already, or is on its way back."))
}
