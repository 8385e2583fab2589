import Payments
import Specification
import Storage

extension YooKassaRefunds {
    /// How long YooKassa may not know a refund that it began, and how often it is asked about after that, milliseconds.
    private static let missingMilliseconds: Int64 = 86_400_000

    /// YooKassa began it, and knows nothing of it now. After a day somebody has to look; it is asked about once a day.
    func miss(_ refund: YooKassaStoredRefund, _ providerID: String) async throws -> Int64? {
        let (now, day) = (context.now, Self.missingMilliseconds)
        let since = try await context.store.engine.read(.point) { sql in
            try refund.attemptKey.flatMap { try YooKassaAttempt.find($0, in: sql) }?.firstSentAt
        }
        let isLong = now - (since ?? refund.requestedAt) >= day
        let moment = now + (isLong ? day : context.pollPause(refund.looks))
        try await context.store.engine.write { sql in
            try YooKassaStoredRefund.schedule(
                refund.id, at: moment, state: isLong ? .unresolved : nil, note: YooKassaError.notFound.description,
                in: sql)
            // Somebody may have said meanwhile what became of it.
            guard isLong, try YooKassaStoredRefund.find(refund.id, in: sql)?.state == .unresolved else { return }
            try YooKassaDifference.insert(
                refund.id, YooKassaDifference.refund, ours: YooKassaStoredRefund.State.unresolved.rawValue, theirs: nil,
                at: now, in: sql)
        }
        guard isLong else { return nil }
        await context.raise(
            .refundMissing, refund.id, "YooKassa began it as \(providerID), and knows of no such refund: ask it")
        context.onChange(refund.paymentID)
        return nil
    }
}
