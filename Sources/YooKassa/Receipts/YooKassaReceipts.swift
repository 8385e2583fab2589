import Logging
import Payments
import Specification
import Storage

/// Receipts of the 54-FZ that are made apart from payments and refunds: the second one, when what was paid for in advance
/// is handed over.
///
/// Key and bytes are stored before YooKassa is asked, and it is never asked with another key: two receipts for one thing
/// are a matter for the tax office.
///
/// Source: yookassa.md 12
public final class YooKassaReceipts: Sendable {
    let context: YooKassaContext
    private let sender: YooKassaSender
    private let rounds = YooKassaRounds()

    /// Of a payment or a refund. Source: yookassa.md 12
    private static let maximum = 30
    /// How long a receipt may take until somebody should look, and until nobody does any more, milliseconds.
    private static let stuckMilliseconds: Int64 = 3 * 86_400_000
    private static let lostMilliseconds: Int64 = 30 * 86_400_000
    /// How long YooKassa may not know a receipt that it began, and how often it is asked about after that, milliseconds.
    private static let missingMilliseconds: Int64 = 86_400_000
    /// The longest pause between two looks, milliseconds.
    private static let longestPause: Int64 = 3_600_000

    init(_ context: YooKassaContext) {
        self.context = context
        sender = YooKassaSender(context: context)
    }

    /// Stores a receipt, and asks YooKassa to register it; what becomes of it is seen on the payment.
    ///
    /// - Parameter id: the payment's, here.
    /// - Returns: the receipt; nil if there is no payment of that id.
    /// - Throws: `StorageFailure`.
    public func create(
        _ request: YooKassaReceiptRequest, ofPayment id: String
    ) async throws -> Result<YooKassaStoredReceipt, YooKassaRefusal>? {
        let check = YooKassaRequestCheck(specification: context.specification, configuration: context.configuration)
        let (fingerprint, now) = (request.fingerprint, context.now)
        let key = request.idempotencyKey ?? "=" + fingerprint
        let answer = try await context.store.engine.write {
            sql -> Result<YooKassaStoredReceipt, YooKassaRefusal>? in
            guard let facts = try YooKassaSettlement.Facts.read(id, in: sql) else { return nil }
            if let known = try YooKassaStoredReceipt.find(callerKey: key, ofPayment: id, in: sql) {
                return known.request == fingerprint ? .success(known.receipt) : .failure(.otherRequest)
            }
            let subject: (type: String, id: String)
            let amount: Money
            let currency = facts.transaction.amount.currency
            if let refundID = request.refundID {
                guard let refund = try YooKassaStoredRefund.find(refundID, in: sql), refund.paymentID == id,
                    refund.state == .succeeded, let theirs = refund.providerID
                else { return .failure(.field("refund_id", rule: "it is a refund of this payment that succeeded")) }
                (subject, amount) = (("refund", theirs), Money(minor: refund.amount, currency: currency))
            } else {
                guard facts.payment.captured > 0, let theirs = facts.payment.providerID else {
                    return .failure(.notPaid)
                }
                (subject, amount) = (("payment", theirs), Money(minor: facts.payment.captured, currency: currency))
            }
            if let refusal = request.refusal(check, of: amount) { return .failure(refusal) }
            let others = try YooKassaStoredReceipt.all(ofPayment: id, in: sql)
            guard others.filter({ $0.refundID == request.refundID && $0.state != .refused }).count < Self.maximum else {
                return .failure(.field("receipt", rule: "there are \(Self.maximum) of it already"))
            }
            let receiptID = YooKassaID.make()
            let attempt = YooKassaAttempt(.receipt, receiptID, body: request.body(subject, of: amount))
            let receipt = YooKassaStoredReceipt(
                id: receiptID, paymentID: id, refundID: request.refundID, state: .waiting, attemptKey: attempt.key,
                requestedAt: now, looks: 0, dueAt: now)
            guard try receipt.insert(callerKey: key, request: fingerprint, in: sql) else {
                return .failure(.otherRequest)
            }
            try attempt.insert(at: now, in: sql)
            return .success(receipt)
        }
        if case .success? = answer { context.onDue(.receipts) }
        return answer
    }

    /// The receipts of a payment that were made apart, the oldest first.
    public func all(ofPayment id: String) async throws -> [YooKassaStoredReceipt] {
        try await context.store.engine.read(.point) { try YooKassaStoredReceipt.all(ofPayment: id, in: $0) }
    }

    /// Takes every receipt that is due one step further. A second call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    public func advanceDue() async -> Int64 {
        await rounds.advance(
            "receipts", context, due: { try YooKassaStoredReceipt.due(at: $0, limit: $1, in: $2) },
            nextDue: { try YooKassaStoredReceipt.nextDue(in: $0) },
            step: { [self] receipt in
                let now = context.now
                guard try await context.store.engine.write({ try receipt.claim(at: now, in: $0) }) else { return nil }
                return try await step(receipt)
            })
    }

    private func step(_ receipt: YooKassaStoredReceipt) async throws -> Int64? {
        do {
            if let providerID = receipt.providerID {
                let known = try await context.provider.receipt(providerID, .background)
                context.rest.over()
                try await take(known, receipt)
            } else {
                let sent = try await sender.send(receipt.attemptKey) { posting throws(YooKassaError) in
                    try await self.context.provider.createReceipt(posting, .background)
                }
                try await take(sent.answer, receipt)
            }
            return nil
        } catch let failure as YooKassaSender.Failure {
            switch failure {
            case .over:
                return nil
            case .keyTooOld:
                return try await leave(receipt, .unresolved, "YooKassa never said what became of it")
            // An earlier try may have made it all the same: then nobody may think that there is none.
            case .failed(.refused(let refusal), let isRepeat):
                let isReused = refusal.status == 400 && refusal.detail.contains(context.specification.duplicateKey)
                return try await leave(
                    receipt, isReused || isRepeat ? .unresolved : .refused,
                    YooKassaError.refused(refusal).description)
            case .failed(.notFound, let isRepeat):
                return try await leave(
                    receipt, isRepeat ? .unresolved : .refused, YooKassaError.notFound.description)
            case .failed(let error, _):
                return try await later(receipt, error)
            }
        } catch let error as YooKassaError {
            return try await later(receipt, error)
        }
    }

    private func take(_ known: YooKassaReceipt, _ receipt: YooKassaStoredReceipt) async throws {
        let now = context.now
        let age = now - receipt.requestedAt
        var (state, dueAt, note): (YooKassaStoredReceipt.State, Int64?, String?) = (.pending, nil, nil)
        switch known.status.known {
        case .succeeded?: state = .succeeded
        case .canceled?: (state, note) = (.canceled, "it was not registered")
        case .pending? where age >= Self.lostMilliseconds, nil where age >= Self.lostMilliseconds:
            (state, note) = (.canceled, "it is not registered after a month")
        case .pending?, nil:
            dueAt = now + min(max(context.pollPause(receipt.looks), age / 10), Self.longestPause)
        }
        let (next, moment, words) = (state, dueAt, note)
        try await context.store.engine.write { sql in
            try YooKassaStoredReceipt.set(
                receipt.id, next, providerID: known.id, dueAt: moment, note: words, in: sql)
            try YooKassaAttempt.end(receipt.attemptKey, .answered, at: now, in: sql)
        }
        if state == .canceled {
            await context.raise(.receiptFailed, receipt.id, "a receipt was not registered: make one by hand")
        } else if state == .pending, age >= Self.stuckMilliseconds {
            await context.raise(.receiptStuck, receipt.id, "the receipt waits for three days: ask YooKassa")
        }
        context.onChange(receipt.paymentID)
    }

    /// It comes to its end, and somebody has to look.
    private func leave(
        _ receipt: YooKassaStoredReceipt, _ state: YooKassaStoredReceipt.State, _ note: String
    ) async throws -> Int64? {
        let now = context.now
        try await context.store.engine.write { sql in
            try YooKassaStoredReceipt.set(receipt.id, state, dueAt: nil, note: note, in: sql)
            try YooKassaAttempt.end(
                receipt.attemptKey, state == .refused ? .refused : .unresolved, at: now, in: sql)
        }
        await context.raise(.receiptFailed, receipt.id, note)
        context.onChange(receipt.paymentID)
        return nil
    }

    private func later(_ receipt: YooKassaStoredReceipt, _ error: YooKassaError) async throws -> Int64? {
        let now = context.now
        var wait: Int64?
        var pause = context.pollPause(receipt.looks)
        switch error {
        case .busy(let milliseconds): (wait, pause) = (milliseconds, milliseconds)
        case .unauthorized:
            await context.restAfterRefusedKey()
            (wait, pause) = (YooKassaContext.refusedKeyMilliseconds, YooKassaContext.refusedKeyMilliseconds)
        case .unknown, .notSent:
            guard receipt.providerID == nil else { break }
            let attempt = try await context.store.engine.read(.point) {
                try YooKassaAttempt.find(receipt.attemptKey, in: $0)
            }
            pause = context.pause(
                sends: max(attempt?.sends ?? 1, error.isUnknown ? 1 : receipt.looks + 1),
                since: attempt?.firstSentAt ?? receipt.requestedAt)
        case .notFound where now - receipt.requestedAt >= Self.lostMilliseconds:
            return try await leave(receipt, .unresolved, error.description)
        case .notFound where now - receipt.requestedAt >= Self.missingMilliseconds:
            pause = Self.missingMilliseconds
            await context.raise(.receiptStuck, receipt.id, "YooKassa knows of no such receipt: ask it")
        case .refused, .notFound: break
        }
        let (moment, note) = (now + pause, error.description)
        try await context.store.engine.write { sql in
            try YooKassaStoredReceipt.set(receipt.id, receipt.state, dueAt: moment, note: note, in: sql)
        }
        return wait
    }
}
