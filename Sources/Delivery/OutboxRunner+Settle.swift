import Logging
import Payments
import Storage

/// What becomes of an attempt.
extension OutboxRunner {
    /// What is to be written down of an attempt.
    private enum Verdict: Sendable {
        case delivered
        case failed(String, dueAt: Int64, isUnreached: Bool)
        case dead(String)
        /// The receiver wants nothing any more.
        case gone(String)
    }

    func settle(_ item: OutboxItem, _ error: (any Error)?, _ persistently: Bool) async -> Bool {
        note(item, error)
        let verdict = verdict(item, error)
        var writes: Int64 = 0
        while true {
            do {
                try await write(item, verdict)
                return error == nil
            } catch {
                logger.error(
                    "a delivery could not be written down, it may come again",
                    metadata: ["target": "\(target)", "event": "\(item.event.id)", "error": "\(error)"])
            }
            writes += 1
            guard persistently, await goesOn(after: Backoff.hooks.delay(afterAttempts: writes)) else { return false }
        }
    }

    private func verdict(_ item: OutboxItem, _ error: (any Error)?) -> Verdict {
        guard let error else { return .delivered }
        let failure = error as? DeliveryFailure
        // The type alone: what another error says may hold what must not be kept.
        let words = failure?.description ?? "\(type(of: error))"
        let (now, attempts) = (clock.now, item.attempts + 1)
        if failure?.isGone == true { return .gone(words) }
        let isDead = rule.givesUp(attempts, now - (item.triedSince ?? now))
        logger.warning(
            isDead ? "delivery failed for the last time" : "delivery failed, it will be tried again",
            metadata: [
                "target": "\(target)", "event": "\(item.event.id)", "transaction": "\(item.event.transaction.id)",
                "attempt": "\(attempts)", "error": "\(words)",
            ])
        if isDead { return .dead(words) }
        let dueAt = now + max(rule.delay(attempts), failure?.retryAfter ?? 0)
        return .failed(words, dueAt: dueAt, isUnreached: failure?.scope == .receiver || pace.isAway)
    }

    /// Sets the pace by what became of it.
    private func note(_ item: OutboxItem, _ error: (any Error)?) {
        guard rule.sparesReceiver else { return }
        if let error {
            let failure = error as? DeliveryFailure
            if failure?.isGone == true { return }
            let isReceiver = failure?.scope == .receiver
            if pace.failed(at: clock.now, isReceiver: isReceiver, retryAfter: failure?.retryAfter) {
                logger.error(
                    "the receiver takes nothing; what is for it waits, and it is asked every half a minute",
                    metadata: ["target": "\(target)", "error": "\(failure?.description ?? "\(type(of: error))")"])
            }
        } else if pace.answered(at: clock.now) {
            logger.notice("the receiver is back", metadata: ["target": "\(target)"])
        }
    }

    /// What the receiver was not there for is due now.
    func hasten(limit: Int, at now: Int64) async throws -> Int {
        try await store.engine.write { [target] sql in
            try SQLPaymentSession(sql: sql).hasten(target: target, limit: limit, at: now)
        }
    }

    /// Sleeps that many milliseconds. False as soon as the runner is being stopped, or the delivery is cancelled.
    private func goesOn(after milliseconds: Int64) async -> Bool {
        var left = milliseconds
        while left > 0, !inHand.isStopping, !Task.isCancelled {
            let slice = min(left, 100)
            try? await Task.sleep(for: .milliseconds(slice))
            left -= slice
        }
        return !inHand.isStopping && !Task.isCancelled
    }

    private func write(_ item: OutboxItem, _ verdict: Verdict) async throws {
        let now = clock.now
        try await store.engine.write { [lease, target] sql in
            let session = SQLPaymentSession(sql: sql)
            switch verdict {
            case .delivered:
                try session.markDelivered(item.id, at: now)
            case .failed(let words, let dueAt, let isUnreached):
                try session.markFailed(
                    item.id, lease: lease, at: now, dueAt: dueAt, error: words, isUnreached: isUnreached)
            case .dead(let words):
                try session.markDead(item.id, lease: lease, at: now, error: words)
            case .gone(let words):
                // Not its own fault: it goes first when deliveries are resumed.
                try session.markFailed(item.id, lease: lease, at: now, dueAt: now, error: words)
                try session.setTarget(target, stopped: StoppedTarget(at: now, reason: words))
            }
        }
    }
}
