import Logging
import Payments
import Specification
import Storage

/// What YooKassa's lists say of one payment or refund, and what stands here.
extension YooKassaReconciliation {
    /// - Returns: whether we learned of something.
    func compare(_ known: YooKassaPayment) async throws -> Bool {
        let find: @Sendable (any SQLSession) throws -> YooKassaSettlement.Facts? = { sql in
            if let found = try YooKassaStoredPayment.find(providerID: known.id, in: sql) {
                return try YooKassaSettlement.Facts.read(found.id, in: sql)
            }
            return try known.metadata["tx"].flatMap { try YooKassaSettlement.Facts.read($0, in: sql) }
        }
        let before = try await context.store.engine.read(.point) { try find($0) }
        guard let before else {
            try await note(known.id, "payment", ours: nil, theirs: "\(known.status.text) \(known.amount.value)")
            return false
        }
        if Self.differences(known, before).isEmpty { return false }
        try await bearing(before.payment.id) { try await settlement.take(known, before.payment.id) }
        let taken = try await context.store.engine.read(.point) { try find($0) } ?? before
        if Self.differences(known, taken).contains(where: { $0.field == "refunded_amount" }) {
            try await takeRefunds(of: known)
        }
        let after = try await context.store.engine.read(.point) { try find($0) } ?? before
        for (field, ours, theirs) in Self.differences(known, after) {
            try await note(before.payment.id, field, ours: ours, theirs: theirs)
        }
        return after.transaction != before.transaction || after.payment.refunded != before.payment.refunded
    }

    /// What cannot be taken over stays a difference, and keeps none of the others from being compared.
    private func bearing(_ subject: String, _ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let failure as StorageFailure {
            throw failure
        } catch {
            context.logger.error(
                "what YooKassa's list says could not be taken over",
                metadata: ["subject": "\(subject)", "error": "\(YooKassaContext.cause(error))"])
        }
    }

    private func takeRefunds(of known: YooKassaPayment) async throws {
        var place = YooKassaComparisonPlace(start: context.now)
        try await each(&place) { cursor throws(YooKassaError) in
            try await self.context.provider.refunds(YooKassaQuery(paymentID: known.id), cursor: cursor, .background)
        } _: { refund, _ in
            try await self.bearing(refund.id) { _ = try await self.refunds.take(refund) }
        }
    }

    private static func differences(
        _ known: YooKassaPayment, _ facts: YooKassaSettlement.Facts
    ) -> [(field: String, ours: String, theirs: String)] {
        let (payment, transaction) = (facts.payment, facts.transaction)
        var found: [(String, String, String)] = []
        let isSame: Bool =
            switch known.status.known {
            case .pending: transaction.state == .created && payment.step == .awaitingPayer
            case .waitingForCapture:
                transaction.state == .created && [.authorized, .capturing, .cancelling].contains(payment.step)
            // Given up before it was paid: known, and on its way back.
            case .succeeded: payment.step == .succeeded && payment.captured > 0
            case .canceled: transaction.state == .cancelled
            case nil: false
            }
        if !isSame {
            found.append(("status", "\(transaction.state.rawValue) \(payment.step.rawValue)", known.status.text))
        }
        let amounts = [transaction.amount.minor, payment.captured].filter { $0 > 0 }
        if known.amount.money.map({ $0.currency == transaction.amount.currency && amounts.contains($0.minor) }) != true
        {
            found.append(("amount", transaction.amount.decimal, "\(known.amount.value) \(known.amount.currency)"))
        }
        let back = known.refundedAmount.map { $0.money?.minor ?? -1 } ?? 0
        if back != payment.refunded {
            found.append(("refunded_amount", "\(payment.refunded)", known.refundedAmount?.value ?? "0"))
        }
        return found
    }

    func compare(_ known: YooKassaRefund) async throws -> Bool {
        let find: @Sendable (any SQLSession) throws -> YooKassaStoredRefund? = {
            try YooKassaStoredRefund.find(providerID: known.id, in: $0)
        }
        let before = try await context.store.engine.read(.point) { try find($0) }
        if let before, Self.agrees(before, known) { return false }
        var imported = YooKassaRefundSettlement.Imported.ambiguous
        try await bearing(known.id) { imported = try await refunds.take(known) }
        switch imported {
        case .taken:
            let after = try await context.store.engine.read(.point) { try find($0) }
            // Two ends that are not the same, whatever becomes of the payment, which may be older than its list.
            if let after, after.state.isEnd, [.succeeded, .canceled].contains(known.status.known),
                !Self.agrees(after, known)
            {
                try await note(
                    known.id, YooKassaDifference.refund, ours: after.state.rawValue,
                    theirs: "\(known.status.text) \(known.amount.value)"
                )
            }
            return after != before
        case .ambiguous, .paymentUnknown:
            // Of a payment that is none of ours, or of one that is looked at anyway.
            try await note(
                known.id, YooKassaDifference.refund, ours: nil, theirs: "\(known.status.text) \(known.amount.value)")
            return false
        }
    }

    private static func agrees(_ refund: YooKassaStoredRefund, _ known: YooKassaRefund) -> Bool {
        switch known.status.known {
        case .pending: refund.state == .pending
        case .succeeded: refund.state == .succeeded
        case .canceled: refund.state == .refused
        case nil: false
        }
    }

    /// Payments that YooKassa told us of, and that its list does not have.
    func lookForMissing(_ seen: Set<String>, from: Int64, until: Int64) async throws {
        let ours = try await context.store.engine.read(.scan) { sql in
            try sql.all(
                """
                SELECT id, provider_id, step FROM yookassa_payments
                WHERE created_at >= $1 AND created_at < $2 AND provider_id IS NOT NULL ORDER BY created_at, id
                """, [.integer(from + Self.freshness), .integer(until)]
            ) { ($0.text(0) ?? "", $0.text(1) ?? "", $0.text(2) ?? "") }
        }
        for (id, providerID, step) in ours where !seen.contains(providerID) {
            try await note(id, "payment", ours: step, theirs: nil)
        }
    }

    /// Of what nothing is known, somebody has to say something: until then it stays on the list.
    func noteUnresolved() async throws {
        for (table, field) in [
            ("yookassa_refunds", YooKassaDifference.refund), ("yookassa_receipts", YooKassaDifference.receipt),
        ] {
            let ids = try await context.store.engine.read(.scan) { sql in
                try sql.all("SELECT id FROM \(table) WHERE state = 'unresolved' ORDER BY requested_at, id", []) {
                    $0.text(0) ?? ""
                }
            }
            for id in ids { try await note(id, field, ours: "unresolved", theirs: nil) }
        }
    }

    private func note(_ subject: String, _ field: String, ours: String?, theirs: String?) async throws {
        let now = context.now
        try await context.store.engine.write { sql in
            try YooKassaDifference.insert(subject, field, ours: ours, theirs: theirs, at: now, in: sql)
        }
    }
}
