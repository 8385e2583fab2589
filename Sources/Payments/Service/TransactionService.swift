/// The only door to a change of state: check, create, perform, cancel, refund, expire.
///
/// Each command is one storage transaction: load, ``TransactionMachine``, save, journal row, outbox rows. It returns
/// once that is durable. It throws only when the answer is not known to be stored (``StorageFailure``, or what a hook
/// threw); the gateway then says "try again" and the repeat finds out.
public struct TransactionService: Sendable {
    /// Where orders and transactions are.
    public let store: any PaymentStore
    /// The shop's own code.
    public let hooks: PaymentHooks
    /// Where `create_time`, `perform_time`, `cancel_time` and the comparison with deadlines come from.
    public let clock: TimeSource
    /// Decides every change of state.
    public let machine: TransactionMachine
    /// Who hears of changes through the outbox.
    public let targets: [String]
    /// Which of ``targets`` are also told that a one-time order is paid: ``EventTopic/order``.
    public let orderTargets: Set<String>
    /// Which changes one of ``targets`` hears of; one that is not listed hears of all.
    public let wantedChanges: [String: Set<TransactionChange>]
    /// Whether one of ``targets`` hears of an order at all: its name, and the order's id. It is asked inside the storage
    /// transaction, twice perhaps, and must not wait.
    public let hears: @Sendable (String, String) -> Bool
    /// Who is asked about accounts that are no order of the `orders` table; nil: they are not found.
    public let inquiry: (any AccountInquiry)?
    /// Gateways that hear of every change inside its storage transaction.
    public let observers: [any TransactionObserver]
    /// Called after a commit that put something into the outbox.
    public let onEnqueued: @Sendable () -> Void

    /// Makes the service; nothing is read or written yet.
    ///
    /// - Parameters:
    ///   - timeoutReason: the cancel reason of transactions that ran out of time (`spec/transaction.yaml`).
    ///   - targets: names of outbox receivers; nil: ``hooksTarget`` if hooks were subclassed, else none.
    ///   - orderTargets: see ``orderTargets``.
    ///   - wantedChanges: see ``wantedChanges``.
    ///   - hears: see ``hears``.
    ///   - inquiry: see ``inquiry``.
    ///   - observers: see ``observers``.
    ///   - onEnqueued: called after a commit that may have put something into the outbox.
    public init(
        store: any PaymentStore, hooks: PaymentHooks = PaymentHooks(), clock: TimeSource, timeoutReason: Int64,
        targets: [String]? = nil, orderTargets: Set<String> = [],
        wantedChanges: [String: Set<TransactionChange>] = [:],
        hears: @escaping @Sendable (String, String) -> Bool = { _, _ in true }, inquiry: (any AccountInquiry)? = nil,
        observers: [any TransactionObserver] = [], onEnqueued: @escaping @Sendable () -> Void = {}
    ) {
        self.store = store
        self.hooks = hooks
        self.clock = clock
        self.machine = TransactionMachine(timeoutReason: timeoutReason)
        // Plain hooks hear nothing, so nothing is written for them.
        self.targets = targets ?? (hooks.isPlain ? [] : [Self.hooksTarget])
        self.orderTargets = orderTargets
        self.wantedChanges = wantedChanges
        self.hears = hears
        self.inquiry = inquiry
        self.observers = observers
        self.onEnqueued = onEnqueued
    }

    /// Whether nobody is asked anything about accounts, so that no look-up is needed before the storage transaction.
    var asksNothing: Bool { hooks.isPlain && inquiry == nil }

    /// Whether an order is one that a gateway made for itself, see ``TransactionObserver/owns(orderID:)``.
    public func isInternal(_ orderID: String) -> Bool {
        observers.contains { $0.owns(orderID: orderID) }
    }

    /// What ``PaymentHooks/mayRefund(_:)`` says; yes for an order that the shop knows nothing of.
    public func mayRefund(_ transaction: Transaction) async throws -> Verdict {
        isInternal(transaction.orderID) ? .allow : try await hooks.mayRefund(transaction)
    }

    /// The outbox receiver that stands for ``PaymentHooks``.
    public static let hooksTarget = "hooks"

    /// What a gateway says beside what it asks for; observers are told.
    struct GatewayWord {
        /// See ``TransactionNews/paidAt``.
        var paidAt: Int64?
        /// See ``TransactionNews/heldUntil``.
        var heldUntil: Int64?
        /// See ``TransactionNews/canBeRefused``.
        var canBeRefused = false
        /// See ``TransactionNews/goesBack``.
        var goesBack = false
    }

    /// Carries out what the machine decided, inside the storage transaction.
    func apply(
        _ decision: TransactionDecision, from stored: Transaction, actor: String, at now: Int64,
        _ word: GatewayWord = GatewayWord(), in session: any PaymentSession
    ) throws -> ServiceAnswer {
        switch decision {
        case .unchanged(let transaction):
            return .success(Outcome(transaction, isRepeat: true))
        case .reject(let rejection):
            return .failure(rejection)
        case .mark(let next):
            guard try session.update(next, from: stored) else { return .failure(.orderBusy) }
            let news = TransactionNews(next, nil, journalID: nil, at: now, heldUntil: word.heldUntil)
            for observer in observers { try observer.record(news, in: session, self) }
            return .success(Outcome(next, isRepeat: false))
        case .change(let next, let change):
            if try !session.update(next, from: stored) {
                // Another one holds the order that this one is to hold from now on: it goes if its time is up.
                guard let holder = try session.holder(ofOrder: next.orderID),
                    try release(holder, at: now, in: session), try session.update(next, from: stored)
                else { return .failure(.orderBusy) }
            }
            try publish(change, from: stored, to: next, actor: actor, at: now, word, in: session)
            return .success(Outcome(next, isRepeat: false))
        case .changeAndReject(let next, let change, let rejection):
            guard try session.update(next, from: stored) else { return .failure(.orderBusy) }
            try publish(change, from: stored, to: next, actor: Self.deadlineActor, at: now, in: session)
            return .failure(rejection)
        }
    }

    /// Cancels the transaction that holds an order if its time is up.
    /// - Returns: whether the order is free now.
    func release(_ holder: Transaction, at now: Int64, in session: any PaymentSession) throws -> Bool {
        let decision = machine.decide(.expire, on: holder, at: now)
        guard case .change = decision else { return false }
        _ = try apply(decision, from: holder, actor: Self.deadlineActor, at: now, in: session)
        return true
    }

    /// On whose word a transaction runs out of time.
    static let deadlineActor = "deadline"

    /// Journal, outbox, in-transaction hook and observers of one change.
    func publish(
        _ change: TransactionChange, from old: Transaction?, to new: Transaction, actor: String, at now: Int64,
        _ word: GatewayWord = GatewayWord(), in session: any PaymentSession
    ) throws {
        let refunded = new.refundedAmount - (old?.refundedAmount ?? 0)
        let entry = JournalEntry(
            transactionID: new.id, at: now, paidAt: word.paidAt, change: change, from: old?.state, to: new.state,
            actor: actor, reason: new.reason, amount: refunded > 0 ? refunded : new.amount.minor,
            refundedAmount: new.refundedAmount)
        let journalID = try session.append(entry)
        let isInternal = isInternal(new.orderID)
        // Nobody is told of an order that the shop knows nothing of; its gateway tells what comes of it.
        let hearers = isInternal ? [] : targets.filter { wantedChanges[$0]?.contains(change) ?? true }
        for target in hearers where hears(target, new.orderID) {
            try session.enqueue(
                target: target, topic: .transaction, journalID: journalID, transaction: new, at: now)
            if change == .performed, new.isOneTime, orderTargets.contains(target) {
                try session.enqueue(target: target, topic: .order, journalID: journalID, transaction: new, at: now)
            }
        }
        if !isInternal { try hooks.record(new, change, in: session.sql) }
        let news = TransactionNews(
            new, change, journalID: journalID, at: now, paidAt: word.paidAt, heldUntil: word.heldUntil,
            canBeRefused: word.canBeRefused, goesBack: word.goesBack)
        for observer in observers { try observer.record(news, in: session, self) }
    }

    /// One storage transaction for one command, which an observer may refuse.
    func command(
        _ work: @escaping @Sendable (any PaymentSession) throws -> ServiceAnswer
    ) async throws -> ServiceAnswer {
        do {
            return try await store.write(work)
        } catch let rejection as Rejection {
            return .failure(rejection)
        }
    }

    /// Wakes the outbox if the command changed something, and passes the answer on.
    func announced(_ answer: ServiceAnswer) -> ServiceAnswer {
        switch answer {
        case .success(let outcome) where outcome.isRepeat:
            if !isInternal(outcome.transaction.orderID) { hooks.observedRepeat(outcome.transaction) }
        case .success, .failure(.expired): announce()
        case .failure: break
        }
        return answer
    }
}
