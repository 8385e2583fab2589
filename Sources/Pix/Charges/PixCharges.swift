import Logging
import Payments
import Specification
import Storage
import Synchronization

/// Charges: what payers are asked for, from the request to the last word of the bank.
///
/// The row is stored before the bank is asked, and the bank is asked with the same txid however often: a kill at any
/// instant leaves a charge that ``advanceDue()`` completes or calls off, and never two at the bank. Nothing is called
/// off before the bank was asked once more, so a payment at the last moment is not lost.
///
/// Source: pix.md 5.1
public final class PixCharges: Sendable {
    let context: PixContext
    let settlement: PixSettlement
    /// Two rounds at once would ask the bank for the same twice.
    private let rounds = PixRounds()
    let watched = Mutex(WatchedPages())

    init(_ context: PixContext, _ settlement: PixSettlement) {
        self.context = context
        self.settlement = settlement
    }

    /// The charge behind a page; nil if there is none of that id.
    public func find(_ id: String) async throws -> PixChargeView? {
        try await view { try PixCharge.find(id: id, in: $0) }
    }

    /// The charge whose payments carry that txid.
    public func find(txid: String) async throws -> PixChargeView? {
        try await view { try PixCharge.find(txid: txid, in: $0) }
    }

    /// The charge of a transaction.
    public func find(transactionID: Int64) async throws -> PixChargeView? {
        try await view { try PixCharge.find(transactionID: transactionID, in: $0) }
    }

    func view(
        _ find: @escaping @Sendable (any SQLSession) throws -> PixCharge?
    ) async throws -> PixChargeView? {
        let (reason, now) = (context.reason(.expired), context.now)
        return try await context.store.engine.read(.point) { sql in
            guard let charge = try find(sql),
                let transaction = try SQLPaymentSession(sql: sql).transaction(id: charge.transactionID)
            else { return nil }
            return PixChargeView(
                charge: charge, transaction: transaction, expiredReason: reason,
                isTimeUp: charge.provider == .static && now > charge.expiresAt)
        }
    }

    /// Takes every charge that is due one step further. A second call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    public func advanceDue() async -> Int64 {
        await rounds.alone { await advanceAll() }
    }

    private func advanceAll() async -> Int64 {
        do {
            var pause: Int64 = 60_000
            // Somebody looks at these now: before what is looked at by habit.
            if let wait = try await askForWatched() { pause = min(pause, wait) }
            let next = try await PixRounds.pass(
                context, PixCharge.Lane.allCases,
                due: { lane, now, sql in
                    try PixCharge.due(lane, at: now, limit: 16, in: sql).map { (lane, $0) }
                },
                nextDue: { [now = context.now] in try PixCharge.nextDue($0, at: now, in: $1) },
                step: { lane, charge in
                    // Of all that nobody waits for, this can wait the longest.
                    guard lane == .routine else { return try await advanceOrPostpone(charge) }
                    return try await PixCallPriority.$current.withValue(.routine) {
                        try await advanceOrPostpone(charge)
                    }
                })
            return min(next, pause)
        } catch {
            context.logger.error("charges cannot be looked after", metadata: ["error": "\(PixContext.cause(error))"])
            return 5_000
        }
    }

    /// One that cannot go on keeps no other from going on.
    ///
    /// - Returns: how long the bank takes no call, milliseconds; nil: it does.
    func advanceOrPostpone(_ charge: PixCharge) async throws -> Int64? {
        do {
            try await advance(charge)
            return nil
        } catch let failure as StorageFailure {
            throw failure
        } catch {
            return try await postpone(charge, error)
        }
    }

    private func postpone(_ charge: PixCharge, _ error: any Error) async throws -> Int64? {
        let now = context.now
        let cause = PixContext.cause(error)
        // Too many calls are nobody's failure.
        var attempts = charge.attempts
        var pause = PixContext.pause(attempts: attempts, longest: PixCharge.longestPause)
        var wait: Int64?
        if case .busy(let milliseconds)? = error as? PixBankError {
            (pause, wait) = (milliseconds, milliseconds)
        } else {
            attempts += 1
        }
        let (dueAt, count) = (now + max(pause, 1), attempts)
        try await context.store.engine.write { sql in
            try PixCharge.schedule(charge.transactionID, dueAt: dueAt, attempts: count, note: cause, in: sql)
        }
        context.logger.warning(
            "a charge is looked at again later",
            metadata: ["transaction": "\(charge.transactionID)", "attempt": "\(count)", "cause": "\(cause)"])
        return wait
    }
}
