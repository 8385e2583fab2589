import Specification
import StrictJSON

extension PaymeSandbox {
    /// GetStatement, compared with the receipts.
    func reconcile() async {
        let from = startedAt - 60_000
        let to = clock.now
        let (_, answer) = await call(.statement, ["from": .integer(from), "to": .integer(to)], order: nil)
        guard let rows = answer.result?["transactions"]?.arrayValue else { return }
        let found = Reconciliation(
            at: to, receipts: receipts.filter { $0.isKnownToShop && $0.time <= to }, rows: rows,
            accountField: configuration.accountField, ignoring: configuration.suitePrefix, specifications.transaction)
        remember(found)
        note(
            found.differences.isEmpty ? "note_reconciled" : "note_reconciled_differs",
            [
                "matched": LocalizedText(same: "\(found.matched)"),
                "differences": LocalizedText(same: "\(found.differences.count)"),
            ], tone: found.differences.isEmpty ? .good : .refused)
    }
}
