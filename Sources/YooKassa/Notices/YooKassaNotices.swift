import Logging
import Payments
import Specification
import Storage

/// What YooKassa tells: it is stored and answered, and then YooKassa is asked whether it is so.
///
/// Notifications carry no signature: nothing in them changes anything.
///
/// Source: yookassa.md 14, 23
public final class YooKassaNotices: Sendable {
    private let context: YooKassaContext
    private let settlement: YooKassaSettlement
    private let refunds: YooKassaRefundSettlement
    private let senders: YooKassaSenders
    private let rounds = YooKassaRounds()

    init(
        _ context: YooKassaContext, _ settlement: YooKassaSettlement, _ refunds: YooKassaRefundSettlement,
        _ senders: YooKassaSenders
    ) {
        self.context = context
        self.settlement = settlement
        self.refunds = refunds
        self.senders = senders
    }

    /// How long a body may be: what is longer need not be read.
    public var bytesMaximum: Int { context.specification.limits.noticeBytes }

    /// Takes what came. It is durable when this returns 200.
    ///
    /// - Parameters:
    ///   - bytes: the body.
    ///   - sourceAddress: who sent it, without a port: the peer's, or what a trusted proxy says of it. Nil: not known.
    /// - Returns: the HTTP status: 200 also for what is of no concern, 400 for what is no notification, 403 for a
    ///   stranger's, 500 if nothing could be stored.
    public func take(_ bytes: [UInt8], sourceAddress: String?) async -> Int {
        if context.configuration.senderCheck == .addressAndAPI, sourceAddress.map(senders.contains) != true {
            // Told, and not stored: strangers do not fill the database.
            context.logger.warning(
                "a notification was not taken: is the list of YooKassa's networks old?",
                metadata: ["sender": "\(sourceAddress?.prefix(64) ?? "unknown")"])
            context.onAnomaly(.foreignSender)
            return 403
        }
        guard bytes.count <= bytesMaximum, let notice = YooKassaNotice.parse(bytes, context.specification) else {
            context.onAnomaly(.malformedNotice)
            return 400
        }
        let now = context.now
        let isOfConcern = (context.specification.events[notice.event] ?? .other) != .other
        let body = String(decoding: bytes, as: UTF8.self)
        do {
            _ = try await context.store.engine.write { sql in
                try YooKassaNotice.take(
                    event: notice.event, objectID: notice.objectID, status: notice.status, body: body,
                    sender: sourceAddress, dueAt: isOfConcern ? now : nil, at: now, in: sql)
            }
            if isOfConcern { context.onDue(.notices) }
            return 200
        } catch {
            context.logger.error(
                "a notification could not be stored", metadata: ["error": "\(YooKassaContext.cause(error))"])
            return 500
        }
    }

    /// Asks YooKassa about every notification that is due. A second call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    public func advanceDue() async -> Int64 {
        await rounds.advance(
            "notices", context, due: { try YooKassaNotice.due(at: $0, limit: $1, in: $2) },
            nextDue: { try YooKassaNotice.nextDue(in: $0) },
            step: { [self] notice in
                let now = context.now
                guard try await context.store.engine.write({ try notice.claim(at: now, in: $0) }) else { return nil }
                return try await step(notice)
            })
    }

    /// What is to be done with a notification after it was looked at.
    private enum Verdict {
        case done
        case dropped(String)
        /// What it is about is not here yet.
        case early(String)
        /// YooKassa does not say so. When the same comes again it may have become true.
        case untrue
    }

    private func step(_ notice: YooKassaNotice) async throws -> Int64? {
        do {
            let verdict = try await confirm(notice)
            context.rest.over()
            switch verdict {
            case .done: try await set(notice, .done, dueAt: nil, nil)
            case .dropped(let why):
                context.onAnomaly(.foreignNotice)
                context.logger.warning("a notification is of no concern", metadata: ["cause": "\(why)"])
                try await set(notice, .dropped, dueAt: nil, why)
            case .early(let why): try await later(notice, why)
            case .untrue:
                let now = context.now
                try await context.store.engine.write {
                    try notice.drop(note: "YooKassa says otherwise", at: now, in: $0)
                }
            }
            return nil
        } catch YooKassaError.notFound {
            // Of another shop, of the other kind of shop, or made up.
            context.onAnomaly(.foreignNotice)
            try await set(notice, .dropped, dueAt: nil, "YooKassa knows of no such object")
            return nil
        } catch YooKassaError.busy(let milliseconds) {
            try await set(notice, .waiting, dueAt: context.now + milliseconds, nil)
            return milliseconds
        } catch YooKassaError.unauthorized {
            await context.restAfterRefusedKey()
            let pause = YooKassaContext.refusedKeyMilliseconds
            try await set(notice, .waiting, dueAt: context.now + pause, "the key is refused")
            return pause
        } catch let failure as StorageFailure {
            throw failure
        } catch {
            try await later(notice, YooKassaContext.cause(error))
            return nil
        }
    }

    private func confirm(_ notice: YooKassaNotice) async throws -> Verdict {
        switch context.specification.events[notice.event] ?? .other {
        case .payment:
            return try await payment(notice.objectID, event: notice.event)
        case .refund:
            let known = try await context.provider.refund(notice.objectID, .background)
            switch try await refunds.take(known) {
            case .taken: return .done
            case .ambiguous: return .early("a refund of ours may be it")
            case .paymentUnknown: break
            }
            // Its payment first, then the refund: in that order, whatever order they came in.
            let verdict = try await payment(known.paymentID)
            guard case .done = verdict else { return verdict }
            switch try await refunds.take(known) {
            case .taken: return .done
            case .ambiguous: return .early("a refund of ours may be it")
            case .paymentUnknown: return .early("its payment has not succeeded here")
            }
        case .method, .other:
            // Saved methods are looked at when they are needed.
            return .done
        }
    }

    /// - Parameter event: what was told of it; nil: nothing.
    private func payment(_ providerID: String, event: String? = nil) async throws -> Verdict {
        let known = try await context.provider.payment(providerID, .background)
        let tx = known.metadata["tx"]
        let id = try await context.store.engine.read(.point) { sql -> String? in
            if let found = try YooKassaStoredPayment.find(providerID: known.id, in: sql) { return found.id }
            return try tx.flatMap { try YooKassaStoredPayment.find($0, in: sql)?.id }
        }
        guard let id else {
            return .dropped(tx == nil ? "the payment is none of ours" : "no payment here is called so")
        }
        // Before the answer of our own call came: this is it.
        try await settlement.take(known, id)
        let isEnd = known.status.known == .succeeded || known.status.known == .canceled
        return isEnd || event == nil || event == "payment.\(known.status.text)" ? .done : .untrue
    }

    private func later(_ notice: YooKassaNotice, _ why: String) async throws {
        let delays = context.specification.noticeDelays
        let pause = delays.isEmpty ? 60_000 : delays[min(Int(notice.looks), delays.count - 1)]
        let dueAt = context.now + pause
        guard dueAt - notice.receivedAt <= context.specification.noticeTerm else {
            await context.raise(
                .noticeLost, notice.objectID, "\(notice.event) could not be confirmed for a day: \(why)")
            return try await set(notice, .dropped, dueAt: nil, why)
        }
        try await context.store.engine.write { sql in
            try notice.set(.waiting, dueAt: dueAt, looks: notice.looks + 1, note: why, in: sql)
        }
    }

    private func set(
        _ notice: YooKassaNotice, _ state: YooKassaNotice.State, dueAt: Int64?, _ note: String?
    ) async throws {
        try await context.store.engine.write { sql in
            try notice.set(state, dueAt: dueAt, looks: notice.looks, note: note, in: sql)
        }
    }
}
