public import Logging
public import Payments
public import Storage

/// Hands committed events to one receiver: at least once, in order for each order, again until it succeeds.
///
/// Of each order only the oldest waiting event is in hand at a time. Different orders go side by side: one that takes
/// long keeps nobody else waiting.
public struct OutboxRunner: Sendable {
    /// The name under which events are put into the outbox for this receiver.
    public let target: String
    /// Where the outbox is.
    public let store: Store
    /// What decides whether an event is due.
    public let clock: TimeSource
    /// Raised when an event was put into the outbox.
    public let wake: Wake
    /// How long to wait after a failure.
    public let backoff: Backoff
    /// Told of failures by the type of the error: its text may hold what must not be kept.
    public let logger: Logger
    private let deliver: @Sendable (PaymentEvent) async throws -> Void
    private let inHand = DeliveriesInHand()

    /// Events of different orders that are in hand at once.
    private let inHandMaximum = 64
    /// After this a delivery is cancelled, and tried again later.
    private let deliverySeconds = 60
    /// What is in hand when the runner is stopped has this long to end by itself, and this long after it is cancelled.
    private let graceSeconds = 10
    private let abandonSeconds = 5

    /// - Parameters:
    ///   - target: a name that the service has among its `targets`; run one runner for each.
    ///   - wake: raised by the service's `onEnqueued`; without that a new event waits for up to 30 seconds.
    ///   - backoff: how long to wait after a failure.
    ///   - deliver: returns when the receiver has the event; what it throws means "again later". After 60 seconds its
    ///     task is cancelled.
    public init(
        target: String, store: Store, clock: TimeSource, wake: Wake, backoff: Backoff = .hooks, logger: Logger,
        deliver: @escaping @Sendable (PaymentEvent) async throws -> Void
    ) {
        self.target = target
        self.store = store
        self.clock = clock
        self.wake = wake
        self.backoff = backoff
        self.logger = logger
        self.deliver = deliver
    }

    /// Delivers until the task is cancelled; then what is in hand has 10 seconds to end undisturbed, is cancelled after
    /// that, and is written down if it ends within 5 more. What does not is left behind and delivered again at the
    /// next start.
    public func run() async {
        while !Task.isCancelled {
            do {
                if try await beginDue(persistently: true).isEmpty { await wake.wait(milliseconds: try await pause()) }
            } catch {
                logger.error("outbox cannot be read", metadata: ["target": "\(target)", "error": "\(error)"])
                await wake.wait(milliseconds: 1_000)
            }
        }
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
        for delivery in try await beginDue(persistently: false) where await delivery.value { delivered += 1 }
        return delivered
    }

    /// - Parameter persistently: what cannot be written down stays in hand until it can: read again it would be delivered
    ///   again, as fast as the machine goes, for as long as the disk is full.
    private func beginDue(persistently: Bool) async throws -> [Task<Bool, Never>] {
        let free = inHandMaximum - inHand.count
        guard free > 0 else { return [] }
        let now = clock.now
        // Those in hand are still due, and are read again. Noted before the read: one that ends meanwhile stays out.
        let busy = inHand.ids
        let items = try await read { try $0.due(target: target, at: now, limit: inHandMaximum + busy.count) }
        return items.filter { !busy.contains($0.id) }.prefix(free).map { item in
            inHand.begin(item.id) {
                let isDelivered = await settle(item, await attempt(item), persistently)
                wake.raise()
                return isDelivered
            }
        }
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
            try await deliver(item.event)
            return nil
        } catch {
            return error
        }
    }

    private func settle(_ item: OutboxItem, _ error: (any Error)?, _ persistently: Bool) async -> Bool {
        // The type alone: what an error says may hold what must not be kept.
        let failure = error.map { "\(type(of: $0))" }
        if let failure {
            logger.warning(
                "delivery failed, it will be tried again",
                metadata: [
                    "target": "\(target)", "event": "\(item.event.id)",
                    "transaction": "\(item.event.transaction.id)", "attempt": "\(item.attempts + 1)",
                    "error": "\(failure)",
                ])
        }
        var writes: Int64 = 0
        while true {
            do {
                try await write(item, failure)
                return failure == nil
            } catch {
                logger.error(
                    "a delivery could not be written down, it may come again",
                    metadata: ["target": "\(target)", "event": "\(item.event.id)", "error": "\(error)"])
            }
            writes += 1
            guard persistently else { return false }
            do {
                try await Task.sleep(for: .milliseconds(backoff.delay(afterAttempts: writes)))
            } catch {
                return false
            }
        }
    }

    private func write(_ item: OutboxItem, _ failure: String?) async throws {
        let now = clock.now
        let dueAt = now + backoff.delay(afterAttempts: item.attempts + 1)
        try await store.engine.write { sql in
            let session = SQLPaymentSession(sql: sql)
            if let failure {
                try session.markFailed(item.id, dueAt: dueAt, error: failure)
            } else {
                try session.markDelivered(item.id, at: now)
            }
        }
    }

    /// Until the next event is due; what ends before that raises the wake.
    private func pause() async throws -> Int64 {
        let now = clock.now
        guard let due = try await read({ try $0.nextDue(target: target, after: now) }) else { return 30_000 }
        return min(max(due - now, 1), 30_000)
    }

    private func read<T: Sendable>(_ work: @escaping @Sendable (SQLPaymentSession) throws -> T) async throws -> T {
        try await store.engine.read(.scan) { try work(SQLPaymentSession(sql: $0)) }
    }
}
