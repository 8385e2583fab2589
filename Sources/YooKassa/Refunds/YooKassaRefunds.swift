import Logging
public import Payments
import Specification
import Storage
public import StrictJSON

/// Gives payments back, wholly or in part.
///
/// The amount is reserved, and the call stored, before YooKassa is asked; the database keeps the sum. Until YooKassa's
/// last word the transaction stays performed, with the phase ``pendingPhase``.
///
/// Source: yookassa.md 11, 22
public final class YooKassaRefunds: RefundGateway {
    /// The phase of a payment of which something is going back.
    public static let pendingPhase = "refunding"
    /// The phase of a payment of which a part went back.
    public static let partPhase = "partially_refunded"
    /// The phase of a payment that YooKassa does not give back: somebody has to look.
    public static let refusedPhase = "refund_refused"

    let context: YooKassaContext
    let settlement: YooKassaRefundSettlement
    private let sender: YooKassaSender
    private let rounds = YooKassaRounds()

    init(_ context: YooKassaContext, _ settlement: YooKassaRefundSettlement) {
        self.context = context
        self.settlement = settlement
        sender = YooKassaSender(context: context)
    }

    /// Whether it can give back a part of a payment.
    public var givesBackParts: Bool { true }

    /// Whether a transaction is one that it can give back as it is set up now; how it stands does not matter.
    public func canGiveBack(_ transaction: Transaction) -> Bool {
        transaction.key.gateway == YooKassaGateway.name && transaction.key.cashbox == context.configuration.shopID
    }

    /// Stores that money is to go back; what becomes of it is seen on the transaction. While it waits, the same request
    /// again changes nothing.
    ///
    /// - Parameters:
    ///   - amount: at most what is left; nil: all that is left.
    ///   - actor: on whose word, for the journal.
    ///   - alongside: rows to be stored together with the request; not for one that changes nothing. Whoever gives it
    ///     knows a repeat by these rows: a part that is equal to one that waits is another part.
    public func request(
        _ transaction: Transaction, amount: Money?, actor: String, alongside: Alongside?
    ) async throws -> ServiceAnswer {
        try await request(
            transaction, amount: amount, description: nil, receipt: nil, actor: actor, alongside: alongside)
    }

    /// The same, with what the payer reads and with a receipt of the 54-FZ: a shop whose receipts go through YooKassa
    /// needs one for a part.
    ///
    /// - Parameters:
    ///   - amount: at most what is left; nil: all that is left.
    ///   - description: up to 250 characters.
    public func request(
        _ transaction: Transaction, amount: Money?, description: String?, receipt: JSONValue?, actor: String,
        alongside: Alongside?
    ) async throws -> ServiceAnswer {
        guard canGiveBack(transaction) else { return .failure(.transactionNotFound) }
        guard transaction.state == .performed else { return .failure(.invalidState(transaction.state)) }
        if let amount, amount.currency != transaction.amount.currency || amount.minor <= 0 {
            return .failure(.wrongAmount)
        }
        if case .refuse(let words) = try await context.service.mayRefund(transaction) {
            return .failure(.refundRefused(words))
        }
        let now = context.now
        let text = description.map { String($0.prefix(context.specification.limits.refundDescriptionLength)) }
        let json = receipt?.text
        let reserve: Alongside = { transaction, sql in
            let isAnother = alongside != nil
            try Self.reserve(transaction, amount, isAnother, text, json, actor, at: now, in: sql)
            try alongside?(transaction, sql)
        }
        do {
            // A payment that was one too many keeps its phase: the order's standing rests on it.
            if !transaction.isDuplicate {
                let answer = try await context.service.mark(
                    transaction.key, phase: Self.pendingPhase, alongside: reserve)
                guard case .success(let outcome) = answer, outcome.isRepeat else { return announced(answer) }
            }
            try await context.store.engine.write { sql in
                guard let stored = try SQLPaymentSession(sql: sql).transaction(id: transaction.id),
                    stored.state == .performed
                else { throw Refused(.invalidState(.cancelledAfterPerform)) }
                try reserve(stored, sql)
            }
            let stored = try await context.service.find(transaction.key) ?? transaction
            return announced(.success(Outcome(stored, isRepeat: false)))
        } catch let refused as Refused {
            guard let rejection = refused.rejection else {
                let stored = try await context.service.find(transaction.key) ?? transaction
                return .success(Outcome(stored, isRepeat: true))
            }
            return .failure(rejection)
        }
    }

    /// What YooKassa would refuse of a refund's receipt; nil: it can be sent.
    ///
    /// - Parameter amount: what is to go back.
    public func refusal(of receipt: JSONValue, amount: Money) -> YooKassaRefusal? {
        YooKassaRequestCheck(specification: context.specification, configuration: context.configuration)
            .receipt(receipt, of: amount)
    }

    /// The refunds of a payment, the oldest first.
    public func all(ofPayment id: String) async throws -> [YooKassaStoredRefund] {
        try await context.store.engine.read(.point) { try YooKassaStoredRefund.all(ofPayment: id, in: $0) }
    }

    private func announced(_ answer: ServiceAnswer) -> ServiceAnswer {
        if case .success = answer { context.onDue(.refunds) }
        return answer
    }

    private static func reserve(
        _ transaction: Transaction, _ amount: Money?, _ isAnother: Bool, _ description: String?, _ receipt: String?,
        _ actor: String, at now: Int64, in sql: any SQLSession
    ) throws {
        guard let payment = try YooKassaStoredPayment.find(transactionID: transaction.id, in: sql),
            let providerID = payment.providerID
        else { throw Refused(.transactionNotFound) }
        let open = try YooKassaStoredRefund.all(ofPayment: payment.id, in: sql)
            .filter { $0.origin == .merchant && ($0.state == .waiting || $0.state == .asked) }
        if amount.map({ amount in !isAnother && open.contains { $0.amount == amount.minor } })
            ?? (payment.available == 0 && !open.isEmpty)
        {
            throw Refused(nil)
        }
        let sum = amount?.minor ?? payment.available
        guard sum > 0, sum <= payment.available else { throw Refused(.wrongAmount) }
        _ = try YooKassaStoredRefund.reserve(
            Money(minor: sum, currency: transaction.amount.currency), of: payment, providerID: providerID, .merchant,
            actor: actor, description: description, receipt: receipt, at: now, in: sql)
    }

    /// Undoes the storage transaction. Nil: the same request waits already.
    private struct Refused: Error {
        let rejection: Rejection?

        init(_ rejection: Rejection?) { self.rejection = rejection }
    }

    /// Takes every refund that is due one step further. A second call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    public func advanceDue() async -> Int64 {
        await rounds.advance(
            "refunds", context, due: { try YooKassaStoredRefund.due(at: $0, limit: $1, in: $2) },
            nextDue: { try YooKassaStoredRefund.nextDue(in: $0) },
            step: { [self] refund in
                let now = context.now
                guard try await context.store.engine.write({ try refund.claim(at: now, in: $0) }) else { return nil }
                return try await step(refund.id)
            })
    }

    /// - Returns: how long YooKassa takes no call, milliseconds; nil: it does.
    func step(_ id: String) async throws -> Int64? {
        let refund = try await context.store.engine.read(.point) { try YooKassaStoredRefund.find(id, in: $0) }
        guard let refund else { return nil }
        do {
            switch refund.state {
            case .waiting, .asked:
                try await ask(refund)
            case .pending, .succeeded, .refused, .unresolved:
                guard let providerID = refund.providerID else { return nil }
                let known = try await context.provider.refund(providerID, .background)
                context.rest.over()
                try await settlement.take(known, refund)
            }
            return nil
        } catch YooKassaSender.Failure.over {
            return nil
        } catch YooKassaSender.Failure.keyTooOld {
            return try await resolve(refund, orElse: nil)
        } catch YooKassaSender.Failure.failed(.refused(let answer), let isRepeat) {
            if answer.status == 400, answer.detail.contains(context.specification.duplicateKey) {
                await context.raise(.keyReused, refund.id, "YooKassa has the key with other data")
                return try await resolve(refund, orElse: nil)
            }
            return isRepeat
                ? try await resolve(refund, orElse: .refused(answer))
                : try await refuse(refund, .refused(answer))
        } catch YooKassaSender.Failure.failed(.notFound, let isRepeat) {
            return isRepeat ? try await resolve(refund, orElse: .notFound) : try await refuse(refund, .notFound)
        } catch YooKassaSender.Failure.failed(let error, _) {
            return try await later(refund, error)
        } catch let error as YooKassaError {
            return try await later(refund, error)
        }
    }

    private func ask(_ refund: YooKassaStoredRefund) async throws {
        guard let key = refund.attemptKey else { return }
        // From here on a refund that YooKassa tells of may be this one.
        try await context.store.engine.write { try YooKassaStoredRefund.beginAsking(refund.id, in: $0) }
        let sent = try await sender.send(key) { posting throws(YooKassaError) in
            try await self.context.provider.createRefund(posting, .background)
        }
        try await settlement.take(sent.answer, refund)
    }

    private func refuse(_ refund: YooKassaStoredRefund, _ error: YooKassaError) async throws -> Int64? {
        try await settlement.refuse(refund, note: error.description)
        return nil
    }

    private func later(_ refund: YooKassaStoredRefund, _ error: YooKassaError) async throws -> Int64? {
        let now = context.now
        var wait: Int64?
        var pause = context.pollPause(refund.looks)
        var state: YooKassaStoredRefund.State?
        switch error {
        case .busy(let milliseconds):
            (wait, pause) = (milliseconds, milliseconds)
        case .unauthorized:
            await context.restAfterRefusedKey()
            (wait, pause) = (YooKassaContext.refusedKeyMilliseconds, YooKassaContext.refusedKeyMilliseconds)
        case .unknown, .notSent:
            guard let key = refund.attemptKey, refund.providerID == nil else { break }
            let attempt = try await context.store.engine.read(.point) { try YooKassaAttempt.find(key, in: $0) }
            pause = context.pause(
                sends: max(attempt?.sends ?? 1, error.isUnknown ? 1 : refund.looks + 1),
                since: attempt?.firstSentAt ?? refund.requestedAt)
            if error.isUnknown { state = .asked }
        case .notFound: if let providerID = refund.providerID { return try await miss(refund, providerID) }
        case .refused: break
        }
        let (moment, note, next) = (now + pause, error.description, state)
        try await context.store.engine.write { sql in
            try YooKassaStoredRefund.schedule(refund.id, at: moment, state: next, note: note, in: sql)
        }
        return wait
    }

    /// Looks for a refund whose key is too old, or whose first answer was lost, in YooKassa's list.
    private func resolve(_ refund: YooKassaStoredRefund, orElse error: YooKassaError?) async throws -> Int64? {
        do {
            if let found = try await settlement.search(refund) {
                try await settlement.take(found, refund)
                return nil
            }
        } catch let error as YooKassaError {
            return try await later(refund, error)
        }
        if let error { return try await refuse(refund, error) }
        try await settlement.leaveUnresolved(refund)
        return nil
    }
}
