import Logging
import Payments
import Storage

extension YooKassaReceipts {
    /// Takes somebody's word on a receipt of which nothing is known. The same word again changes nothing.
    ///
    /// - Parameters:
    ///   - id: the receipt's, here.
    ///   - paymentID: of its payment, here.
    ///   - actor: on whose word, for the journal.
    /// - Throws: `StorageFailure`.
    ///
    /// Source: yookassa.md 17
    public func settle(
        _ id: String, ofPayment paymentID: String, as outcome: YooKassaMerchantWord.Outcome, actor: String
    ) async throws -> Result<YooKassaStoredReceipt, YooKassaSettlingRefusal> {
        let word = YooKassaMerchantWord(kind: .receipt, subject: id, outcome: outcome, actor: actor, at: context.now)
        let (isNew, stored) = try await context.store.engine.write { sql in
            let isNew = try YooKassaStoredReceipt.settle(ofPayment: paymentID, by: word, in: sql)
            if isNew { try word.insert(ofPayment: paymentID, in: sql) }
            return (isNew, try YooKassaStoredReceipt.find(id, in: sql))
        }
        guard let stored, stored.paymentID == paymentID else { return .failure(.notFound) }
        if isNew {
            context.logger.notice(
                "a receipt was settled on the merchant's word",
                metadata: ["receipt": "\(id)", "outcome": "\(outcome.rawValue)"])
            context.onChange(paymentID)
        }
        switch (stored.state, outcome) {
        case (.succeeded, .succeeded), (.canceled, .canceled), (.refused, .canceled): return .success(stored)
        case (.waiting, _), (.pending, _), (.unresolved, _): return .failure(.underWay)
        case (.succeeded, _), (.canceled, _), (.refused, _): return .failure(.ended(stored.state.rawValue))
        }
    }
}

extension YooKassaStoredReceipt {
    /// - Returns: false unless nothing was known of it.
    fileprivate static func settle(
        ofPayment paymentID: String, by word: YooKassaMerchantWord, in sql: any SQLSession
    ) throws -> Bool {
        let state = word.outcome == .succeeded ? State.succeeded : .canceled
        return try sql.execute(
            """
            UPDATE yookassa_receipts SET state = $1, due_at = NULL, note = $2
            WHERE id = $3 AND payment_id = $4 AND state = 'unresolved'
            """,
            [.text(state.rawValue), .text("on the word of \(word.actor)"), .text(word.subject), .text(paymentID)]) == 1
    }
}
