public import Logging
public import Payments
public import Storage

/// Hands committed events to one receiver: at least once, in order for each order, again until it succeeds or its time
/// is over.
///
/// Of each order only the oldest waiting event is in hand at a time. Different orders go side by side: one that takes
/// long keeps nobody else waiting. What is in hand is leased, so that several runners can serve one receiver; a lease
/// that is not settled runs out, and the delivery is made again.
public struct OutboxRunner: Sendable {
    /// The name under which events are put into the outbox for this receiver.
    public let target: String
    /// Where the outbox is.
    public let store: Store
    /// What decides whether an event is due.
    public let clock: TimeSource
    /// Raised when an event was put into the outbox.
    public let wake: Wake
    /// When to try again after a failure, and when to give up.
    public let rule: RetryRule
    /// Told of failures by the type of the error, or by the words of a ``DeliveryFailure``: another text may hold what
    /// must not be kept.
    public let logger: Logger
    private let deliver: @Sendable (OutboxItem) async throws -> Void
    let inHand = DeliveriesInHand()
    let pace: ReceiverPace
    private let standing = RunnerStanding()
    /// Under which this runner takes deliveries.
    let lease = RunnerName.make()
    private let isAlone: Bool

    /// Events of different orders that are in hand at once.
    private let inHandMaximum = 64
    /// After this a delivery is cancelled, and tried again later.
    private let deliverySeconds = 60
    /// After this a delivery that nobody has settled is anybody's; longer than a delivery and its cancellation take.
    private let leaseMilliseconds: Int64 = 120_000
    /// What is in hand when the runner is stopped has this long to end by itself, and this long after it is cancelled.
    private let graceSeconds = 10
    private let abandonSeconds = 5
    private let sweepMilliseconds: Int64 = 60_000

    /// - Parameters:
    ///   - target: a name that the service has among its `targets`; run one runner for each.
    ///   - wake: raised by the service's `onEnqueued`; without that a new event waits for up to 30 seconds.
    ///   - rule: when to try again after a failure, and when to give up.
    ///   - isAlone: whether no other runner serves this receiver, so that what one before this had in hand is due at
    ///     once; nil: as the engine says.
    ///   - deliver: returns when the receiver has the event; what it throws means "again later". After 60 seconds its
    ///     task is cancelled. A ``DeliveryFailure`` says more.
    public init(
        target: String, store: Store, clock: TimeSource, wake: Wake, rule: RetryRule = .hooks, isAlone: Bool? = nil,
        logger: Logger, deliver: @escaping @Sendable (OutboxItem) async throws -> Void
    ) {
        self.target = target
        self.store = store
        self.clock = clock
        self.wake = wake
        self.rule = rule
        self.logger = logger
        self.deliver = deliver
        self.isAlone = isAlone ?? store.engine.isExclusive
        pace = ReceiverPace(
            widthMaximum: inHandMaximum, limits: rule.limits, askedMaximum: rule.askedMaximum)
    }

    /// Delivers until the task is cancelled; then what is in hand has 10 seconds to end undisturbed, is cancelled after
    /// that, and is written down if it ends within 5 more. What does not is left behind and delivered again at the
    /// next start.
    public func run() async {
        while !Task.isCancelled {
            do {
                let now = clock.now
                if try await beginDue(at: now, persistently: true).isEmpty {
                    await wake.wait(milliseconds: try await pause(after: now))
                }
            } catch {
                logger.error("outbox cannot be used", metadata: ["target": "\(target)", "error": "\(error)"])
                await wake.wait(milliseconds: 1_000)
            }
        }
        inHand.stop()
        if await inHand.waitForAll(seconds: graceSeconds) { return }
        inHand.cancelAll()
        if await inHand.waitForAll(seconds: abandonSeconds) { return }
        logger.error(
            "deliveries that do not end are left behind; they come again after the next start",
            metadata: ["target": "\(target)", "count": "\(inHand.count)"])
    }

    /// One round: everything that is due and not behind another event of its order, to its end.
    /// - Returns: how many were delivered.
    @discardableResult
    public func deliverDue() async throws -> Int {
        var delivered = 0
        for delivery in try await beginDue(at: clock.now, persistently: false) where await delivery.value {
            delivered += 1
        }
        return delivered
    }

    /// - Parameter persistently: what cannot be written down stays in hand until it can: read again it would be delivered
    ///   again, as fast as the machine goes, for as long as the disk is full.
    private func beginDue(at now: Int64, persistently: Bool) async throws -> [Task<Bool, Never>] {
        try await prepare(at: now)
        pace.notBeyond(now)
        let width = rule.sparesReceiver ? pace.width(at: now) : inHandMaximum
        let free = min(width - inHand.count, rule.sparesReceiver ? pace.room(at: now) : .max)
        guard free > 0, try await !isStopped(at: now) else { return [] }
        // Asked first without a lease: most of the time nothing is due, and that costs no write.
        let busy = inHand.ids
        let isDue = try await read { try $0.hasDue(target: target, at: now, busy: busy) }
        if !isDue {
            // Away, and nothing is due for a while: one is tried all the same, to know when it is back.
            guard rule.sparesReceiver, pace.isAway, inHand.count == 0, try await hasten(limit: 1, at: now) > 0 else {
                return []
            }
        }
        let items = try await store.engine.write { [lease, target, leaseMilliseconds] sql in
            try SQLPaymentSession(sql: sql).claim(
                target: target, lease: lease, at: now, until: now + leaseMilliseconds, busy: busy, limit: free)
        }
        pace.began(items.count, at: clock.now)
        return items.map { item in
            // Woken when it is out of hand: before that its place is still taken.
            inHand.begin(item.id, onEnd: { wake.raise() }) {
                await settle(item, await attempt(item), persistently)
            }
        }
    }

    /// What a runner before this one left in hand is due at once; what waits behind nothing, now and then.
    private func prepare(at now: Int64) async throws {
        if standing.isFirst, isAlone {
            try await store.engine.write { [target] in
                try SQLPaymentSession(sql: $0).releaseAll(target: target, at: now)
            }
        }
        standing.begun()
        if rule.sparesReceiver, pace.owesHaste(at: now) {
            // In pieces: other writes go between them.
            var (total, count) = (0, 100)
            while count == 100 {
                count = try await hasten(limit: 100, at: now)
                total += count
            }
            pace.hastened(total, at: now)
        }
        guard standing.isTime(at: now, every: sweepMilliseconds) else { return }
        if try await read({ try $0.hasOddTimes(target: target, at: now) }) {
            logger.warning("the clock was ahead: deliveries that it put off are due", metadata: ["target": "\(target)"])
            try await store.engine.write { [target] sql in
                _ = try SQLPaymentSession(sql: sql).mendTimes(target: target, at: now)
            }
        }
        let stranded = try await read { try $0.stranded(target: target, limit: 500) }
        if !stranded.isEmpty {
            logger.warning(
                "deliveries waited behind nothing", metadata: ["target": "\(target)", "count": "\(stranded.count)"])
            try await store.engine.write { sql in
                let session = SQLPaymentSession(sql: sql)
                for id in stranded { try session.promote(id, at: now) }
            }
        }
    }

    private func isStopped(at now: Int64) async throws -> Bool {
        guard rule.sparesReceiver else { return false }
        let stopped = try await read { try $0.stopped(target: target) }
        if let stopped, standing.isNews(stopped: true) {
            logger.error(
                "deliveries are stopped until `tiyin deliveries resume`, or until the receiver has another address",
                metadata: ["target": "\(target)", "reason": "\(stopped.reason)"])
        } else if stopped == nil {
            _ = standing.isNews(stopped: false)
        }
        return stopped != nil
    }

    /// - Returns: why it failed; nil: it did not.
    private func attempt(_ item: OutboxItem) async -> (any Error)? {
        let watchdog = Task {
            try await Task.sleep(for: .seconds(deliverySeconds))
            logger.error(
                "delivery takes too long, it is cancelled",
                metadata: ["target": "\(target)", "event": "\(item.event.id)"])
            inHand.cancel(item.id)
        }
        defer { watchdog.cancel() }
        do {
            try await deliver(item)
            return nil
        } catch {
            return error
        }
    }

    /// Until the next event is due, or the receiver may be asked again; what ends before that raises the wake.
    ///
    /// - Parameter now: when this round looked; what became due since is not slept over.
    private func pause(after now: Int64) async throws -> Int64 {
        if rule.sparesReceiver, let rest = pace.rest(at: now) { return min(rest, 30_000) }
        guard let due = try await read({ try $0.nextDue(target: target, after: now) }) else { return 30_000 }
        return min(max(due - clock.now, 1), 30_000)
    }

    private func read<T: Sendable>(_ work: @escaping @Sendable (SQLPaymentSession) throws -> T) async throws -> T {
        try await store.engine.read(.scan) { try work(SQLPaymentSession(sql: $0)) }
    }
}
