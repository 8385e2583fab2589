import Logging
import Payments
import Specification
import Storage
import Synchronization

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
    /// When old ones were forgotten last, milliseconds since 1970.
    private let forgottenAt = Mutex<Int64?>(nil)

    /// Notices of what is not known here, in a minute that began then: milliseconds since 1970, and how many.
    private let strangers = Mutex<(since: Int64, count: Int)>((0, 0))

    /// Where anybody may send: how many notices of what is not known here are taken a minute, how much of each is kept,
    /// bytes, and for how long, milliseconds.
    private static let strangersPerMinute = 60
    private static let strangerBytes = 4_096
    private static let strangerKept: Int64 = 86_400_000
    /// How often old ones are forgotten, milliseconds.
    private static let forgettingPause: Int64 = 3_600_000
    /// How many at once, so that no other writer waits for long.
    private static let forgettingBatch: Int64 = 500

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
    ///   stranger's, 500 if nothing could be stored, 503 if strangers send too much.
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
        do {
            // Where no address vouches for it, it may be anybody's, and made up.
            var isVouched = context.configuration.senderCheck == .addressAndAPI
            if !isVouched {
                isVouched = try await context.store.engine.read(.point) {
                    try YooKassaNotice.isKnown(notice.objectID, in: $0)
                }
            }
            guard isVouched || admitsStranger(at: now) else {
                context.onAnomaly(.foreignNotice)
                return 503
            }
            let body = String(decoding: isVouched ? bytes[...] : bytes.prefix(Self.strangerBytes), as: UTF8.self)
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

    private func admitsStranger(at now: Int64) -> Bool {
        strangers.withLock { strangers in
            if now < strangers.since || now - strangers.since >= 60_000 { strangers = (now, 0) }
            strangers.count += 1
            return strangers.count <= Self.strangersPerMinute
        }
    }

    /// Asks YooKassa about every notification that is due. A second call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    public func advanceDue() async -> Int64 {
        await forgetOld()
        return await rounds.advance(
            "notices", context, due: { try YooKassaNotice.due(at: $0, limit: $1, in: $2) },
            nextDue: { try YooKassaNotice.nextDue(in: $0) },
            step: { [self] notice in
                let now = context.now
                guard try await context.store.engine.write({ try notice.claim(at: now, in: $0) }) else { return nil }
                return try await step(notice)
            })
    }

    /// Strangers may send them, so they are not kept for ever.
    private func forgetOld() async {
        let now = context.now
        let isDue = forgottenAt.withLock { last in
            // A clock that was set back does not stop it.
            if let last, now >= last, now - last < Self.forgettingPause { return false }
            last = now
            return true
        }
        guard isDue else { return }
        do {
            try await forget(before: now - context.specification.noticeKept, ofStrangers: false)
            if context.configuration.senderCheck == .api {
                try await forget(before: now - Self.strangerKept, ofStrangers: true)
            }
        } catch {
            context.logger.error(
                "old notifications cannot be forgotten", metadata: ["error": "\(YooKassaContext.cause(error))"])
        }
    }

    private func forget(before moment: Int64, ofStrangers: Bool) async throws {
        var count = Int(Self.forgettingBatch)
        while count == Self.forgettingBatch, !Task.isCancelled {
            count = try await context.store.engine.write { sql in
                try YooKassaNotice.forget(
                    before: moment, ofStrangers: ofStrangers, limit: Self.forgettingBatch, in: sql)
            }
        }
    }

    /// What is to be done with a notification after it was looked at.
    private enum Verdict {
        case done
        case dropped(String)
        /// YooKassa says otherwise now: it was forged, or is old, or comes before its time.
        case otherwise(String)
        /// What it is about is not here yet.
        case early(String)
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
                try await drop(notice, why)
            // Whoever forged it must not keep the true one, which is equal to it, from being looked at.
            case .otherwise(let status):
                try await drop(notice, "YooKassa says: \(status.prefix(64))")
            case .early(let why): try await later(notice, why)
            }
            return nil
        } catch YooKassaError.notFound {
            // Of another shop, of the other kind of shop, or made up.
            context.onAnomaly(.foreignNotice)
            try await drop(notice, "YooKassa knows of no such object")
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
            return try await payment(notice.objectID, notice.claim)
        case .refund:
            let known = try await context.provider.refund(notice.objectID, .background)
            let done: Verdict = known.status.text == notice.claim ? .done : .otherwise(known.status.text)
            switch try await refunds.take(known) {
            case .taken: return done
            case .ambiguous: return .early("a refund of ours may be it")
            case .paymentUnknown: break
            }
            // Its payment first, then the refund: in that order, whatever order they came in.
            let verdict = try await payment(known.paymentID)
            guard case .done = verdict else { return verdict }
            switch try await refunds.take(known) {
            case .taken: return done
            case .ambiguous: return .early("a refund of ours may be it")
            case .paymentUnknown: return .early("its payment has not succeeded here")
            }
        case .method:
            // Who waits for the card asks for it; saved methods are looked at when they are needed.
            let now = context.now
            try await context.store.engine.write {
                try YooKassaSubscriptionRows.wake(card: notice.objectID, at: now, in: $0)
            }
            context.onDue(.subscriptions)
            return .done
        case .other:
            return .done
        }
    }

    /// - Parameter claim: what is said of its status; nil: nothing.
    private func payment(_ providerID: String, _ claim: Substring? = nil) async throws -> Verdict {
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
        if let claim, known.status.text != claim { return .otherwise(known.status.text) }
        return .done
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

    private func drop(_ notice: YooKassaNotice, _ why: String) async throws {
        let now = context.now
        try await context.store.engine.write { sql in try notice.drop(note: why, at: now, in: sql) }
    }

    private func set(
        _ notice: YooKassaNotice, _ state: YooKassaNotice.State, dueAt: Int64?, _ note: String?
    ) async throws {
        try await context.store.engine.write { sql in
            try notice.set(state, dueAt: dueAt, looks: notice.looks, note: note, in: sql)
        }
    }
}
