import Specification

extension PaymeSandbox {
    /// How long a transaction may wait and a minute more, milliseconds.
    nonisolated var pastDeadline: Int64 {
        guard let deadline = specifications.transaction.deadlines["payme"] else {
            preconditionFailure("transaction.yaml has no deadline for payme")
        }
        return deadline.transactionTimeoutMilliseconds + 60_000
    }

    /// Moves the clock past the deadline of everything that waits.
    /// - Parameter trying: whether Payme then tries to finish what waits. If not, the shop's own job must see it.
    func twelveHoursLater(trying: Bool) async {
        let waiting = receipts.filter(\.isUnfinished)
        clock.advance(milliseconds: pastDeadline)
        note(trying ? "note_later_trying" : "note_later", ["count": LocalizedText(same: "\(waiting.count)")])
        guard trying else { return }
        for receipt in waiting { _ = await perform(receipt) }
    }
}
