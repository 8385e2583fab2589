import Payments
import Specification
import Storage

/// Money that is held: to be taken, or to be let go.
///
/// Source: yookassa.md 9, 22
extension YooKassaSettlement {
    /// How often a hold is looked at, milliseconds.
    private static let holdPause: Int64 = 3_600_000
    /// How long it is waited after a first, second, … refusal to let a hold go, and after all others, milliseconds.
    private static let cancelPauses: [Int64] = [60_000, 300_000, 900_000, 3_600_000]
    private static let longestCancelPause: Int64 = 21_600_000
    /// After how many refusals somebody is told.
    private static let refusalsUntilTold: Int64 = 5

    func hold(_ known: YooKassaPayment, _ facts: Facts, _ ending: Ending?) async throws -> Bool {
        let (payment, now) = (facts.payment, context.now)
        if payment.step.isEnd { return true }
        // A call is under way that will change it: its answer counts.
        if ending == nil, payment.step == .capturing || payment.step == .cancelling { return true }
        let end = known.expiresAt ?? payment.expiresAt
        if let end, end - now <= context.specification.captureMargin, payment.cancelledBy == nil {
            await context.raise(.holdEnding, payment.id, "capture it, or the money goes back")
        }
        let id = payment.id
        // Nobody wants the money any more: it is let go.
        guard payment.cancelledBy == nil, facts.transaction.state == .created else {
            let refusals = ending == .refused ? try await refusedCancels(id) + 1 : 0
            var dueAt = now + Self.cancelPause(afterRefusals: refusals)
            // The hold ends by itself.
            if let end, end > now { dueAt = min(dueAt, end + 1_000) }
            let moment = dueAt
            let attempt = YooKassaAttempt(.cancel, id, body: YooKassaBody.cancel)
            let isDone = try await note(
                known, facts, "cancelling", step: .authorized, dueAt: moment, ending,
                also: { _, sql in
                    try attempt.insert(at: now, in: sql)
                    _ = try YooKassaStoredPayment.move(
                        id, from: .authorized, to: .cancelling, attempt: attempt.key, dueAt: moment, in: sql)
                })
            guard isDone else { return false }
            if refusals >= Self.refusalsUntilTold {
                await context.raise(
                    .cancelRefused, id,
                    "YooKassa refused \(refusals) times to let the hold go: see to it in its cabinet")
            }
            context.onDue(.payments)
            return true
        }
        let moments = [end.map { $0 - context.specification.captureMargin }, end.map { $0 + 1_000 }]
        let next = moments.compactMap { $0 }.filter { $0 > now }.reduce(now + Self.holdPause, min)
        let forget: Alongside = { _, sql in try YooKassaStoredPayment.forgetCapture(id, in: sql) }
        return try await note(
            known, facts, Self.authorizedPhase, step: .authorized, dueAt: next, ending,
            also: ending == .refused ? forget : nil)
    }

    private static func cancelPause(afterRefusals count: Int64) -> Int64 {
        if count == 0 { return 0 }
        return count <= cancelPauses.count ? cancelPauses[Int(count) - 1] : longestCancelPause
    }

    /// How often YooKassa refused to let it go, before now.
    private func refusedCancels(_ id: String) async throws -> Int64 {
        try await context.store.engine.read(.point) { try YooKassaAttempt.refused(.cancel, of: id, in: $0) }
    }
}
