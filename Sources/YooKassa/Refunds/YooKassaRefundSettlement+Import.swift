import Payments
import Specification
import Storage

extension YooKassaRefundSettlement {
    private static let pagesMaximum = 20

    /// How much earlier than it was sent a refund may seem to have been created, milliseconds.
    private static let skew: Int64 = 300_000

    /// One of ours whose answer was lost: of that payment, of that amount, and none that is known here.
    ///
    /// Those that YooKassa cancelled before the present call was first sent are not it: the call would be made again.
    func search(_ refund: YooKassaStoredRefund) async throws -> YooKassaRefund? {
        let facts = try await context.store.engine.read(.point) { sql in
            (
                try YooKassaStoredPayment.find(refund.paymentID, in: sql),
                try YooKassaStoredRefund.all(ofPayment: refund.paymentID, in: sql),
                try refund.attemptKey.flatMap { try YooKassaAttempt.find($0, in: sql) }
            )
        }
        guard let payment = facts.0, let providerID = payment.providerID else { return nil }
        let known = Set(facts.1.compactMap(\.providerID))
        let since = (facts.2?.firstSentAt ?? refund.requestedAt) - Self.skew
        let candidates = try await list(ofPayment: providerID).filter { item in
            item.amount.money?.minor == refund.amount && !known.contains(item.id)
                && item.createdAt.map { $0 >= since } ?? true
        }
        // Two that might be it: only one of ours can be meant by each, and the older one is taken first.
        return candidates.last
    }

    private func list(ofPayment providerID: String) async throws(YooKassaError) -> [YooKassaRefund] {
        var items: [YooKassaRefund] = []
        var cursor: String?
        for _ in 0..<Self.pagesMaximum {
            let page = try await context.provider.refunds(
                YooKassaQuery(paymentID: providerID), cursor: cursor, .background)
            items += page.items
            guard let next = page.nextCursor else { return items }
            cursor = next
        }
        throw .unknown("the list of refunds does not end")
    }

    /// What becomes of a refund that YooKassa told of.
    enum Imported: Sendable, Hashable {
        /// It is stored, now or before.
        case taken
        /// One of ours may be it: its own answer is waited for.
        case ambiguous
        /// Its payment is none of ours, or not performed here yet.
        case paymentUnknown
    }

    /// A refund by YooKassa's id: one of ours, or one that was made in the cabinet.
    func take(_ known: YooKassaRefund) async throws -> Imported {
        for _ in 0..<8 {
            let (refund, payment) = try await context.store.engine.read(.point) { sql in
                (
                    try YooKassaStoredRefund.find(providerID: known.id, in: sql),
                    try YooKassaStoredPayment.find(providerID: known.paymentID, in: sql)
                )
            }
            if let refund {
                try await take(known, refund)
                return .taken
            }
            guard let payment else { return .paymentUnknown }
            let facts = try await context.store.engine.read(.point) {
                try YooKassaSettlement.Facts.read(payment.id, in: $0)
            }
            guard let facts, facts.payment.captured > 0 else { return .paymentUnknown }
            // One that is not done is no money yet: the list, or a notice, tells of it again.
            guard known.status.known == .succeeded else { return .taken }
            let own = try await context.store.engine.read(.point) {
                try YooKassaStoredRefund.all(ofPayment: payment.id, in: $0)
            }
            if own.contains(where: { $0.providerID == nil && ($0.state == .asked || $0.state == .waiting) }) {
                // Its answer tells which is which.
                let now = context.now
                try await context.store.engine.write { sql in
                    for refund in own where refund.providerID == nil && refund.state == .asked {
                        try YooKassaStoredRefund.schedule(refund.id, at: now, note: nil, in: sql)
                    }
                }
                if own.contains(where: { $0.providerID == nil && $0.state == .asked }) { return .ambiguous }
            }
            // Nothing was known of it, and here it is.
            if let lost = own.first(where: { Self.isLost($0, known) }) {
                try await take(known, lost)
                return .taken
            }
            // Somebody said that it was done, and YooKassa says now which it is.
            if let settled = own.first(where: { Self.isSaid($0, known) }) {
                let isNamed = try await context.store.engine.write {
                    try YooKassaStoredRefund.name(settled.id, known.id, in: $0)
                }
                if isNamed { return .taken }
                continue
            }
            do {
                try await adopt(known, facts)
                return .taken
            } catch is Overtaken {
                continue
            }
        }
        throw YooKassaError.unknown("the refund is being changed by somebody else")
    }

    private static func isSaid(_ refund: YooKassaStoredRefund, _ known: YooKassaRefund) -> Bool {
        refund.state == .succeeded && refund.providerID == nil && known.amount.money?.minor == refund.amount
            && known.createdAt.map { $0 >= refund.requestedAt - skew } ?? true
    }

    private static func isLost(_ refund: YooKassaStoredRefund, _ known: YooKassaRefund) -> Bool {
        refund.state == .unresolved && refund.providerID == nil && known.amount.money?.minor == refund.amount
            && known.createdAt.map { $0 >= refund.requestedAt - skew } ?? true
    }

    /// Made in YooKassa's cabinet.
    ///
    /// Source: yookassa.md 23 #8
    private func adopt(_ known: YooKassaRefund, _ facts: YooKassaSettlement.Facts) async throws {
        let (payment, transaction, now) = (facts.payment, facts.transaction, context.now)
        guard let money = known.amount.money, money.currency == transaction.amount.currency, money.minor > 0 else {
            return await context.raise(.amountDiffers, payment.id, "the refund \(known.id) cannot be read")
        }
        let fits = money.minor <= payment.captured - payment.refunded - payment.reserved
        let refund = YooKassaStoredRefund(
            id: YooKassaID.make(), paymentID: payment.id, providerID: known.id, amount: money.minor, origin: .cabinet,
            actor: YooKassaGateway.name, state: .succeeded, tries: 0, requestedAt: known.createdAt ?? now,
            settledAt: now, looks: 0)
        let record: Alongside = { _, sql in
            guard try YooKassaStoredRefund.find(providerID: known.id, in: sql) == nil,
                let current = try YooKassaStoredPayment.find(payment.id, in: sql),
                current.reserved == payment.reserved, current.refunded == payment.refunded
            else { throw Overtaken() }
            try refund.insert(in: sql)
            // What does not fit is kept, and counted nowhere: the sum stays true.
            if fits { try YooKassaStoredRefund.settle(0, refunded: money.minor, of: payment.id, in: sql) }
        }
        if fits {
            try await book(money.minor, transaction, payment, YooKassaGateway.name, record)
            await context.raise(.foreignRefund, payment.id, "\(money) went back by YooKassa's cabinet")
        } else {
            try await context.store.engine.write { try record(transaction, $0) }
            await context.raise(.refundBeyondPayment, payment.id, "\(money) went back, which is more than was left")
        }
    }
}
