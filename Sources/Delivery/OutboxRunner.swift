public import Logging
public import Payments
public import Storage

/// Hands committed events to one receiver: at least once, in order for each order, again until it succeeds.
///
/// Of each order only the oldest waiting event is in hand at a time; different orders go side by side.
public struct OutboxRunner: Sendable {
    public let target: String
    public let store: Store
    public let clock: TimeSource
    public let wake: Wake
    public let backoff: Backoff
    public let logger: Logger
    private let deliver: @Sendable (PaymentEvent) async throws -> Void

    /// Events of different orders that are in hand at once.
    private let batchMaximum = 64

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

    /// Delivers until the task is cancelled. What is in hand is finished first.
    public func run() async {
        while !Task.isCancelled {
            do {
                // A task of its own: the end of this one does not reach into what is in hand.
                let round = Task { try await deliverDue() }
                if try await round.value > 0 { continue }
                await wake.wait(milliseconds: try await pause())
            } catch {
                logger.error("outbox cannot be read", metadata: ["target": "\(target)", "error": "\(error)"])
                await wake.wait(milliseconds: 1_000)
            }
        }
    }

    /// One round: everything that is due and not behind another event of its order.
    /// - Returns: how many were delivered.
    @discardableResult
    public func deliverDue() async throws -> Int {
        let now = clock.now
        let items = try await read { try $0.due(target: target, at: now, limit: batchMaximum) }
        guard !items.isEmpty else { return 0 }
        let results = await withTaskGroup(of: (OutboxItem, (any Error)?).self) { group in
            for item in items {
                group.addTask {
                    do {
                        try await deliver(item.event)
                        return (item, nil)
                    } catch {
                        return (item, error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return try await settle(results)
    }

    private func settle(_ results: [(OutboxItem, (any Error)?)]) async throws -> Int {
        let now = clock.now
        let failures = results.compactMap { item, error in error.map { (item, "\(type(of: $0))") } }
        for (item, error) in failures {
            logger.warning(
                "delivery failed, it will be tried again",
                metadata: [
                    "target": "\(target)", "event": "\(item.event.id)", "transaction": "\(item.event.transaction.id)",
                    "attempt": "\(item.attempts + 1)", "error": "\(error)",
                ])
        }
        let delivered = results.filter { $0.1 == nil }.map(\.0.id)
        try await store.engine.write { sql in
            let session = SQLPaymentSession(sql: sql)
            for id in delivered { try session.markDelivered(id, at: now) }
            for (item, error) in failures {
                let dueAt = now + backoff.delay(afterAttempts: item.attempts + 1)
                try session.markFailed(item.id, dueAt: dueAt, error: error)
            }
        }
        return delivered.count
    }

    private func pause() async throws -> Int64 {
        let now = clock.now
        guard let due = try await read({ try $0.nextDue(target: target) }) else { return 30_000 }
        // An event behind a failed one is due already but not deliverable: look again soon, not at once.
        return min(max(due - now, 50), 30_000)
    }

    private func read<T: Sendable>(_ work: @escaping @Sendable (SQLPaymentSession) throws -> T) async throws -> T {
        try await store.engine.read(.scan) { try work(SQLPaymentSession(sql: $0)) }
    }
}
