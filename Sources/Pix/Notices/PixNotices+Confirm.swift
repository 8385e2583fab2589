import Logging
import Payments
import Storage
import Synchronization

extension PixNotices {
    /// How often the bank is asked about a payment that it does not know of.
    private static let searchesMaximum: Int64 = 12
    /// How often it is asked if it refuses to say: that does not pass.
    private static let refusalsMaximum: Int64 = 3
    private static let hour: Int64 = 3_600_000
    private static let day = 24 * hour
    /// How long notices are kept after they came.
    private static let kept: [(state: PixNotice.State, days: Int64)] = [(.ignored, 30), (.done, 90)]

    /// Asks the bank about every notice that is due, and forgets old ones. A second call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    public func advanceDue() async -> Int64 {
        await rounds.alone {
            do {
                try await prune()
                while !Task.isCancelled {
                    let now = context.now
                    let due = try await context.store.engine.read(.scan) {
                        try PixNotice.due(at: now, limit: 16, in: $0)
                    }
                    if due.isEmpty { break }
                    for notice in due where !Task.isCancelled {
                        if let wait = try await confirmOrPostpone(notice) { return min(wait, 60_000) }
                    }
                }
                let next = try await context.store.engine.read(.point) { try PixNotice.nextDue(in: $0) }
                return min(max((next ?? .max) - context.now, 1), 60_000)
            } catch {
                context.logger.error(
                    "notices cannot be looked after", metadata: ["error": "\(PixContext.cause(error))"])
                return 5_000
            }
        }
    }

    private func prune() async throws {
        let now = context.now
        let isDue = prunedAt.withLock { last in
            guard now < last || now - last >= Self.hour else { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let limit: Int64 = 500
        for (state, days) in Self.kept {
            var count = Int(limit)
            while count == limit, !Task.isCancelled {
                count = try await context.store.engine.write { sql in
                    try PixNotice.prune(state, before: now - days * Self.day, limit: limit, in: sql)
                }
            }
        }
    }

    /// - Returns: how long the bank takes no call, milliseconds; nil: it does.
    private func confirmOrPostpone(_ notice: PixNotice) async throws -> Int64? {
        do {
            try await confirm(notice)
            return nil
        } catch let failure as StorageFailure {
            throw failure
        } catch PixBankError.busy(let milliseconds) {
            try await set(notice, .waiting, dueAt: context.now + max(1, milliseconds), notice.attempts, nil)
            return milliseconds
        } catch {
            let attempts = notice.attempts + 1
            if let error = error as? PixBankError, !error.isPassing,
                attempts >= (error == .notFound ? Self.searchesMaximum : Self.refusalsMaximum)
            {
                context.onAnomaly(.unknownCharge)
                try await set(notice, .ignored, dueAt: nil, attempts, error.description)
                return nil
            }
            let pause = PixContext.pause(attempts: notice.attempts, longest: PixNotice.longestPause)
            try await set(notice, .waiting, dueAt: context.now + pause, attempts, PixContext.cause(error))
            return nil
        }
    }

    private func confirm(_ notice: PixNotice) async throws {
        if notice.isAuthenticated, let charge = try await charge(notice.txid), charge.provider == .static {
            return try await takeStatic(notice, charge)
        }
        guard let bank = context.bank else { throw PixBankError.notSent("no bank is configured") }
        let payment = try await bank.payment(notice.e2eID)
        // The bank's word on the txid counts, not the notice's.
        guard let charge = try await charge(payment.txid) else {
            context.onAnomaly(.unknownCharge)
            return try await set(notice, .ignored, dueAt: nil, notice.attempts, Kind.unknown.rawValue)
        }
        _ = try await settlement.take(payment, charge)
        try await set(notice, .done, dueAt: nil, notice.attempts, nil)
    }

    private func charge(_ txid: String?) async throws -> PixCharge? {
        guard let txid else { return nil }
        return try await context.store.engine.read(.point) { try PixCharge.find(txid: txid, in: $0) }
    }

    /// Nobody can be asked about a static code, and the bank has said it for sure.
    private func takeStatic(_ notice: PixNotice, _ charge: PixCharge) async throws {
        guard var payment = notice.payment(context.specification, at: context.now) else {
            context.onAnomaly(.malformedNotice)
            return try await set(notice, .ignored, dueAt: nil, notice.attempts, "no payment can be read")
        }
        let merchantsWord = try await context.store.engine.read(.point) { try PixReceipt.find(charge.standIn, in: $0) }
        if let merchantsWord, merchantsWord.amount == payment.amount {
            let isAnother = try await context.store.engine.read(.point) { sql in
                try PixNotice.tellsOfAnother(txid: charge.txid, than: notice.e2eID, .done, in: sql)
            }
            // The merchant was faster: this is what the word was about.
            if !isAnother { payment.e2eID = merchantsWord.e2eID }
        }
        _ = try await settlement.take(payment, charge)
        try await set(notice, .done, dueAt: nil, notice.attempts, nil)
    }

    private func set(
        _ notice: PixNotice, _ state: PixNotice.State, dueAt: Int64?, _ attempts: Int64, _ note: String?
    ) async throws {
        try await context.store.engine.write { sql in
            try notice.set(state, dueAt: dueAt, attempts: attempts, note: note, in: sql)
        }
    }
}
