import Logging
public import Payments
import Storage

/// Gives payments back through Click's Merchant API.
///
/// The intent is stored before Click is asked. What became of a call whose answer was lost is asked for before it is
/// sent again; until that is known the transaction stays performed, with the phase ``pendingPhase``.
///
/// Source: click.md 2 (reversal); 4, edge cases 3 and 11.
public struct ClickReversals: Sendable {
    /// The phase of a payment that is going back.
    public static let pendingPhase = "refund_pending"
    /// The phase of a payment that Click does not give back: somebody has to look, in Click's cabinet.
    public static let refusedPhase = "refund_refused"

    private let api: any ClickMerchantAPI
    private let service: TransactionService
    private let store: Store
    private let logger: Logger
    /// The cancel reason of what was given back.
    private let reason: Int64?
    private let finder: ClickPaymentFinder
    private let onRequested: @Sendable () -> Void

    /// - Parameters:
    ///   - reason: what a payment that went back is cancelled with (`spec/transaction.yaml`: `refund`).
    ///   - onRequested: called when something is due at once.
    init(
        api: any ClickMerchantAPI, service: TransactionService, store: Store, reason: Int64?, logger: Logger,
        onRequested: @escaping @Sendable () -> Void
    ) {
        self.api = api
        self.service = service
        self.store = store
        self.reason = reason
        self.logger = logger
        self.onRequested = onRequested
        finder = ClickPaymentFinder(api: api, store: store)
    }

    func wake() { onRequested() }

    /// How Click says that a payment stands.
    func standing(of transaction: Transaction) async -> ClickPaymentFinder.Standing {
        await finder.standing(of: transaction)
    }

    /// Asks for the whole of a performed payment to go back. What becomes of it is seen on the transaction.
    ///
    /// - Parameter actor: on whose word, for the journal.
    /// - Returns: the transaction; a refusal if it is not performed, or the shop's hook forbids it.
    public func request(_ transaction: Transaction, actor: String) async throws -> ServiceAnswer {
        guard transaction.state == .performed else { return .failure(.invalidState(transaction.state)) }
        if case .refuse(let words) = try await service.hooks.mayRefund(transaction) {
            return .failure(.refundRefused(words))
        }
        let now = service.clock.now
        let answer = try await service.mark(transaction.key, phase: Self.pendingPhase) { transaction, sql in
            try ClickReversal.request(transaction.id, actor: actor, at: now, in: sql)
        }
        onRequested()
        return answer
    }

    /// Takes every reversal that is due one step further.
    ///
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    public func advanceDue() async -> Int64 {
        do {
            while !Task.isCancelled {
                let now = service.clock.now
                let due = try await store.engine.read(.scan) { try ClickReversal.due(at: now, limit: 16, in: $0) }
                if due.isEmpty { break }
                for reversal in due { try await advance(reversal) }
            }
            let next = try await store.engine.read(.point) { try ClickReversal.nextDue(in: $0) }
            return min(max((next ?? .max) - service.clock.now, 1), 60_000)
        } catch {
            logger.error("reversals cannot be looked after", metadata: ["error": "\(error)"])
            return 5_000
        }
    }

    private func advance(_ reversal: ClickReversal) async throws {
        guard let transaction = try await service.find(id: reversal.transactionID) else {
            return try await end(reversal, .refused, "there is no such transaction")
        }
        // Click called it off by itself meanwhile.
        guard transaction.state == .performed else { return try await end(reversal, .done, nil) }
        do {
            guard let payment = try await finder.payment(of: transaction) else {
                return try await refuse(reversal, transaction, "the payment's id in Click's Merchant API is not known")
            }
            switch payment.stage {
            case .failed: return try await complete(reversal, transaction)
            // Our answer to Complete may not have reached Click yet: asked now, it would refuse for good.
            case .underWay: return try await postpone(reversal, reversal.state, "Click is at it")
            case .unstated where reversal.state == .asked:
                return try await postpone(reversal, .asked, "Click does not say how the payment stands")
            case .paid, .unstated: break
            }
            // Durable before the call: after a crash nobody else knows that it may have been sent.
            try await note(reversal, .asked, attempts: reversal.attempts, dueAt: service.clock.now, nil)
            try await reverse(payment.paymentID, reversal, transaction)
        } catch let error as ClickAPIError {
            // Only questions were asked so far.
            try await postpone(reversal, reversal.state, error.description)
        }
    }

    private func reverse(_ paymentID: Int64, _ reversal: ClickReversal, _ transaction: Transaction) async throws {
        do {
            try await api.reverse(paymentID: paymentID)
        } catch {
            switch error {
            case .refused: return try await refuse(reversal, transaction, error.description)
            case .rejected, .notSent: return try await postpone(reversal, .waiting, error.description)
            case .unknown: return try await postpone(reversal, .asked, error.description)
            }
        }
        try await complete(reversal, transaction)
    }

    private func complete(_ reversal: ClickReversal, _ transaction: Transaction) async throws {
        let attempts = reversal.attempts + 1
        let now = service.clock.now
        let answer = try await service.refund(
            transaction.key, amount: transaction.amount.minor - transaction.refundedAmount, reason: reason,
            actor: reversal.actor
        ) { transaction, sql in
            try ClickReversal.note(transaction.id, .done, attempts: attempts, dueAt: now, note: nil, in: sql)
        }
        if case .failure = answer { try await end(reversal, .done, nil) }
        logger.notice("a payment of Click's went back", metadata: ["transaction": "\(transaction.id)"])
    }

    private func refuse(_ reversal: ClickReversal, _ transaction: Transaction, _ cause: String) async throws {
        let attempts = reversal.attempts + 1
        let now = service.clock.now
        let answer = try await service.mark(transaction.key, phase: Self.refusedPhase) { transaction, sql in
            try ClickReversal.note(transaction.id, .refused, attempts: attempts, dueAt: now, note: cause, in: sql)
        }
        guard case .success(let outcome) = answer, !outcome.isRepeat else {
            return try await end(reversal, .refused, cause)
        }
        logger.error(
            "Click does not give a payment back: look at it in Click's cabinet",
            metadata: ["transaction": "\(transaction.id)", "order": "\(transaction.orderID)", "cause": "\(cause)"])
    }

    /// 5 seconds, 10, 20 … up to an hour.
    private func postpone(_ reversal: ClickReversal, _ state: ClickReversal.State, _ cause: String) async throws {
        let attempts = reversal.attempts + 1
        let pause = min(3_600_000, Int64(5_000) << min(attempts - 1, 10))
        try await note(reversal, state, attempts: attempts, dueAt: service.clock.now + pause, cause)
        logger.warning(
            "a reversal is not done yet, it will be tried again",
            metadata: ["transaction": "\(reversal.transactionID)", "attempt": "\(attempts)", "cause": "\(cause)"])
    }

    private func end(_ reversal: ClickReversal, _ state: ClickReversal.State, _ cause: String?) async throws {
        try await note(reversal, state, attempts: reversal.attempts, dueAt: service.clock.now, cause)
    }

    private func note(
        _ reversal: ClickReversal, _ state: ClickReversal.State, attempts: Int64, dueAt: Int64, _ cause: String?
    ) async throws {
        try await store.engine.write { sql in
            try ClickReversal.note(
                reversal.transactionID, state, attempts: attempts, dueAt: dueAt, note: cause, in: sql)
        }
    }
}
