import Logging
public import Payments
import Storage
import Synchronization

/// Gives payments back through Click's Merchant API.
///
/// The intent is stored before Click is asked. Before each attempt Click is asked how the payment stands, so that a call
/// whose answer was lost is never sent twice; until Click's word is known the transaction stays performed, with the phase
/// ``pendingPhase``.
///
/// Source: click.md 2 (reversal); 4, edge cases 3 and 11.
public final class ClickReversals: RefundGateway {
    /// The phase of a payment that is going back.
    public static let pendingPhase = "refund_pending"
    /// The phase of a payment that Click does not give back: somebody has to look, in Click's cabinet.
    public static let refusedPhase = "refund_refused"

    private let api: any ClickMerchantAPI
    private let serviceID: Int64
    private let service: TransactionService
    private let store: Store
    private let logger: Logger
    /// The cancel reason of what was given back.
    private let reason: Int64?
    private let finder: ClickPaymentFinder
    private let onRequested: @Sendable () -> Void
    private let onAnomaly: @Sendable (ClickAnomaly) -> Void
    /// Two rounds at once would ask for the same money twice.
    private let isAdvancing = Mutex(false)

    /// How often Click may say no before it is believed; a passing fault of theirs has a code like any other.
    private static let refusalsMaximum: Int64 = 3
    /// How long a payment is looked for that Click does not tell of, milliseconds.
    private static let searchMilliseconds: Int64 = 3 * 86_400_000
    /// How long Click may be asked while it waits for our own answer, seconds.
    private static let questionSeconds: Int64 = 5

    /// - Parameters:
    ///   - reason: what a payment that went back is cancelled with (`spec/transaction.yaml`: `refund`).
    ///   - onRequested: called when something is due at once.
    ///   - onAnomaly: called when somebody should look.
    init(
        api: any ClickMerchantAPI, serviceID: Int64, service: TransactionService, store: Store, reason: Int64?,
        logger: Logger, onRequested: @escaping @Sendable () -> Void,
        onAnomaly: @escaping @Sendable (ClickAnomaly) -> Void
    ) {
        self.api = api
        self.serviceID = serviceID
        self.service = service
        self.store = store
        self.reason = reason
        self.logger = logger
        self.onRequested = onRequested
        self.onAnomaly = onAnomaly
        finder = ClickPaymentFinder(api: api, store: store)
    }

    func wake() { onRequested() }

    /// How Click says that a payment stands, within the time that Click itself waits for our answer.
    ///
    /// - Throws: ``ClickAPIError`` if Click did not say so in time.
    func standing(of transaction: Transaction) async throws -> ClickPaymentFinder.Standing {
        try await withThrowingTaskGroup(of: ClickPaymentFinder.Standing.self) { group in
            group.addTask { [finder] in try await finder.standing(of: transaction) }
            group.addTask {
                try await Task.sleep(for: .seconds(Self.questionSeconds))
                throw ClickAPIError.unknown("Click takes too long")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw ClickAPIError.unknown("nothing was asked") }
            return first
        }
    }

    /// Never: a reversal is of the whole.
    public var givesBackParts: Bool { false }

    /// Whether a transaction is one that this service at Click can give back.
    public func canGiveBack(_ transaction: Transaction) -> Bool {
        transaction.key.gateway == ClickGateway.name && transaction.key.cashbox == String(serviceID)
    }

    /// Asks for the whole of a performed payment to go back. What becomes of it is seen on the transaction.
    ///
    /// While it waits, the same request again changes nothing. One that Click refused is asked for anew.
    ///
    /// - Parameters:
    ///   - amount: nil; a part is refused as a wrong amount.
    ///   - actor: on whose word, for the journal.
    ///   - alongside: rows to be stored together with the intent.
    /// - Returns: the transaction; a refusal if it is not one of this service, not performed, or the shop's hook forbids
    ///   it.
    public func request(
        _ transaction: Transaction, amount: Money? = nil, actor: String, alongside: Alongside? = nil
    ) async throws -> ServiceAnswer {
        guard canGiveBack(transaction) else { return .failure(.transactionNotFound) }
        guard amount == nil else { return .failure(.wrongAmount) }
        guard transaction.state == .performed else { return .failure(.invalidState(transaction.state)) }
        if case .refuse(let words) = try await service.mayRefund(transaction) {
            return .failure(.refundRefused(words))
        }
        let now = service.clock.now
        let answer = try await service.mark(transaction.key, phase: Self.pendingPhase) { transaction, sql in
            try ClickReversal.request(transaction.id, actor: actor, at: now, in: sql)
            try alongside?(transaction, sql)
        }
        onRequested()
        return answer
    }

    /// Takes every reversal that is due one step further. A second call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    public func advanceDue() async -> Int64 {
        let isFirst = isAdvancing.withLock { isAdvancing in
            defer { isAdvancing = true }
            return !isAdvancing
        }
        guard isFirst else { return 1_000 }
        defer { isAdvancing.withLock { $0 = false } }
        do {
            while !Task.isCancelled {
                let now = service.clock.now
                let due = try await store.engine.read(.scan) { try ClickReversal.due(at: now, limit: 16, in: $0) }
                if due.isEmpty { break }
                for reversal in due where !Task.isCancelled { try await advanceOrPostpone(reversal) }
            }
            let next = try await store.engine.read(.point) { try ClickReversal.nextDue(in: $0) }
            return min(max((next ?? .max) - service.clock.now, 1), 60_000)
        } catch {
            logger.error("reversals cannot be looked after", metadata: ["error": "\(error)"])
            return 5_000
        }
    }

    /// One that cannot go on keeps no other from going on.
    private func advanceOrPostpone(_ reversal: ClickReversal) async throws {
        do {
            try await advance(reversal)
        } catch let failure as StorageFailure {
            throw failure
        } catch {
            // What a hook threw is told by its type alone: its text may hold what must not be kept.
            let cause = (error as? ClickAPIError)?.description ?? "\(type(of: error))"
            let state = try await store.engine.read(.point) { try ClickReversal.state(reversal.transactionID, in: $0) }
            try await postpone(reversal, state ?? reversal.state, cause)
        }
    }

    private func advance(_ reversal: ClickReversal) async throws {
        guard let transaction = try await service.find(id: reversal.transactionID) else {
            return try await note(reversal, .refused, "there is no such transaction")
        }
        guard canGiveBack(transaction) else {
            return try await refuse(reversal, transaction, "it is of another service than click.service_id")
        }
        switch try await finder.standing(of: transaction) {
        case .notPaid: try await complete(reversal, transaction)
        case .underWay: try await postpone(reversal, reversal.state, "Click is at it")
        case .notFound:
            guard service.clock.now - reversal.requestedAt > Self.searchMilliseconds else {
                return try await postpone(reversal, reversal.state, "Click does not tell of the payment")
            }
            try await refuse(reversal, transaction, "Click does not tell of the payment")
        case .paid(let paymentID):
            // Durable before the call: after a crash nobody else knows that it may have been sent.
            try await note(reversal, .asked, nil)
            try await reverse(paymentID, reversal, transaction)
        }
    }

    private func reverse(_ paymentID: Int64, _ reversal: ClickReversal, _ transaction: Transaction) async throws {
        let api = api
        // Money is on its way: a server that is being stopped waits for the answer, which has a deadline of its own.
        let call = Task { () async -> ClickAPIError? in
            do throws(ClickAPIError) {
                try await api.reverse(paymentID: paymentID)
                return nil
            } catch {
                return error
            }
        }
        guard let error = await call.value else { return try await complete(reversal, transaction) }
        // Once Click may have been asked, that stays so: the state before this attempt is the least that is known.
        switch error {
        case .refused, .rejected(status: 400), .rejected(status: 404), .rejected(status: 406), .rejected(status: 409),
            .rejected(status: 410):
            // Also what was given back already is refused.
            switch try await finder.standing(of: transaction) {
            case .notPaid: return try await complete(reversal, transaction)
            case .underWay, .notFound: return try await postpone(reversal, .asked, error.description)
            case .paid: break
            }
            guard reversal.refusals + 1 < Self.refusalsMaximum else {
                return try await refuse(reversal, transaction, error.description)
            }
            try await postpone(reversal, reversal.state, error.description, refusals: 1)
        case .notSent, .rejected(status: 401), .rejected(status: 403):
            try await postpone(reversal, reversal.state, error.description)
        case .rejected, .unknown:
            try await postpone(reversal, .asked, error.description)
        }
    }

    /// The money is back.
    private func complete(_ reversal: ClickReversal, _ transaction: Transaction) async throws {
        // Click called it off by itself meanwhile.
        guard transaction.state == .performed else { return try await note(reversal, .done, nil) }
        let attempts = reversal.attempts + 1
        let now = service.clock.now
        let answer = try await service.refund(
            transaction.key, amount: transaction.amount.minor - transaction.refundedAmount, reason: reason,
            actor: reversal.actor
        ) { transaction, sql in
            try ClickReversal.note(transaction.id, .done, attempts: attempts, dueAt: now, note: nil, in: sql)
        }
        switch answer {
        case .success:
            logger.notice("a payment of Click's went back", metadata: ["transaction": "\(transaction.id)"])
        case .failure(.invalidState(.cancelledAfterPerform)):
            try await note(reversal, .done, nil)
        case .failure(let rejection):
            try await postpone(reversal, .asked, "the transaction refuses to be given back: \(rejection)")
        }
    }

    private func refuse(_ reversal: ClickReversal, _ transaction: Transaction, _ cause: String) async throws {
        let attempts = reversal.attempts + 1
        let now = service.clock.now
        let answer = try await service.mark(transaction.key, phase: Self.refusedPhase) { transaction, sql in
            try ClickReversal.note(transaction.id, .refused, attempts: attempts, dueAt: now, note: cause, in: sql)
        }
        if case .success(let outcome) = answer, !outcome.isRepeat {} else { try await note(reversal, .refused, cause) }
        onAnomaly(.refundRefused)
        logger.error(
            "Click does not give a payment back: look at it in Click's cabinet",
            metadata: ["transaction": "\(transaction.id)", "order": "\(transaction.orderID)", "cause": "\(cause)"])
    }

    /// 5 seconds, 10, 20 … up to an hour.
    ///
    /// - Parameter refusals: 1 if Click said no.
    private func postpone(
        _ reversal: ClickReversal, _ state: ClickReversal.State, _ cause: String, refusals: Int64 = 0
    ) async throws {
        let attempts = reversal.attempts + 1
        let now = service.clock.now
        let dueAt = now + min(ClickReversal.longestPause, Int64(5_000) << min(attempts - 1, 10))
        try await store.engine.write { sql in
            try ClickReversal.note(
                reversal.transactionID, state, attempts: attempts, refusals: refusals, dueAt: dueAt, note: cause,
                in: sql)
        }
        let isStuck = now - reversal.requestedAt > Self.searchMilliseconds
        if isStuck { onAnomaly(.refundStuck) }
        logger.log(
            level: isStuck ? .error : .warning, "a reversal is not done yet, it will be tried again",
            metadata: ["transaction": "\(reversal.transactionID)", "attempt": "\(attempts)", "cause": "\(cause)"])
    }

    private func note(_ reversal: ClickReversal, _ state: ClickReversal.State, _ cause: String?) async throws {
        let now = service.clock.now
        try await store.engine.write { sql in
            try ClickReversal.note(
                reversal.transactionID, state, attempts: reversal.attempts, dueAt: now, note: cause, in: sql)
        }
    }
}
