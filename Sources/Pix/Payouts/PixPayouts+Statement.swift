import Logging
import Payments
import Storage

/// What the account's statement tells of payouts.
///
/// Source: pix.md 5.2
extension PixPayouts {
    /// A list that never ends is no list.
    private static let pagesMaximum: Int64 = 200
    private static let dayMilliseconds: Int64 = 86_400_000
    /// How far the bank's clock may be behind ours, milliseconds.
    private static let clockTolerance: Int64 = 300_000
    /// The bank tells of no more at once.
    private static let daysMaximum: Int64 = 89

    /// Every movement by Pix since that moment, milliseconds since 1970, and whether all of them could be read.
    func movements(
        since: Int64, _ bank: any PixBank
    ) async throws(PixBankError) -> (all: [PixMovement], isWhole: Bool) {
        let now = context.now
        let period = min(max(since, now - Self.daysMaximum * Self.dayMilliseconds), now)...now
        var all: [PixMovement] = []
        var unreadable = 0
        for number in 0..<Self.pagesMaximum {
            let page = try await PixPatience.page(number) { number throws(PixBankError) in
                try await bank.statement(period, page: number)
            }
            all += page.items
            unreadable += page.unreadable
            guard page.hasMore else {
                if unreadable > 0 { context.onAnomaly(.unreadableItem) }
                return (all, unreadable == 0)
            }
        }
        throw .unknown("the statement does not end")
    }

    /// Looks for one payout of unknown outcome.
    ///
    /// - Returns: false: it is not there, or nobody can say which it is; why the bank does not tell.
    func adoptFromStatement(
        _ payout: PixPayout, _ bank: any PixBank
    ) async throws -> Result<Bool, PixBankError> {
        let movements: (all: [PixMovement], isWhole: Bool)
        do throws(PixBankError) {
            movements = try await self.movements(since: payout.requestedAt, bank)
        } catch {
            context.logger.warning(
                "the account's statement cannot be asked for a payout",
                metadata: ["reference": "\(payout.reference)", "cause": "\(error.description)"])
            return .failure(error)
        }
        // What cannot be read may be the other one that fits.
        guard movements.isWhole else { return .success(false) }
        return .success(try await adopt(payout, from: movements.all))
    }

    /// Takes what the statement says of a payout of unknown outcome. Only what fits no other payout counts, and only if
    /// there is one movement for each payout that it could be.
    ///
    /// - Returns: false: it is not there, or nobody can say which it is.
    func adopt(_ payout: PixPayout, from movements: [PixMovement]) async throws -> Bool {
        let candidates = movements.filter { Self.fits($0, payout) }
        guard !candidates.isEmpty else { return false }
        let (free, wanted) = try await context.store.engine.read(.scan) { sql in
            (
                try candidates.filter { try PixPayout.find(e2eID: $0.e2eID, code: $0.code, in: sql) == nil },
                try payout.likes(in: sql)
            )
        }
        guard let movement = free.first, Int64(free.count) == max(wanted, 1) else { return false }
        var next = payout
        next.e2eID = movement.e2eID ?? payout.e2eID
        next.attention = nil
        let isTaken: Bool
        if let code = movement.code {
            // The bank can be asked for it at last, and its own word ends it.
            (next.step, next.bankCode, next.attempts) = (.asked, code, 0)
            isTaken = try await replace(payout, with: next, dueAt: context.now, note: "found in the statement")
        } else {
            (next.state, next.step, next.endedAt) = (.performed, .ended, context.now)
            isTaken = try await replace(payout, with: next, dueAt: nil, note: "found in the statement")
        }
        guard isTaken else { return true }
        context.onAnomaly(.foundByReconciliation)
        context.logger.warning(
            "a payout of unknown outcome was found in the account's statement",
            metadata: ["reference": "\(payout.reference)"])
        return true
    }

    /// Looks whether the bank sent a payout after all that somebody here said had failed. Where another payout may be what
    /// the statement has, nothing is said of this one.
    ///
    /// - Throws: `StorageFailure`.
    func findSentAfterAll(_ payout: PixPayout, in movements: [PixMovement]) async throws {
        let candidates = movements.filter { Self.fits($0, payout) }
        guard !candidates.isEmpty else { return }
        let (free, others) = try await context.store.engine.read(.scan) { sql in
            (
                try candidates.filter { movement in
                    let owner = try PixPayout.find(e2eID: movement.e2eID, code: movement.code, in: sql)
                    return owner == nil || owner?.reference == payout.reference
                },
                try payout.likes(in: sql)
            )
        }
        guard let movement = free.first, Int64(free.count) > others else { return }
        var next = payout
        next.attention = .sentAfterAll
        next.attempts += 1
        // Which of several is not known: then it keeps none from another payout.
        if free.count == 1 { next.e2eID = movement.e2eID ?? payout.e2eID }
        guard try await replace(payout, with: next, dueAt: nil, note: "found in the statement") else { return }
        context.onAnomaly(.payoutSentAfterAll)
        context.logger.error(
            "a payout that was settled as failed is in the account's statement: look at it, and settle it again",
            metadata: ["reference": "\(payout.reference)"])
    }

    private static func fits(_ movement: PixMovement, _ payout: PixPayout) -> Bool {
        guard movement.direction == .debit, movement.amount == payout.amount,
            movement.e2eID != nil || movement.code != nil,
            let key = movement.key, key == payout.key || (try? PixKey(key))?.text == payout.key
        else { return false }
        if let note = movement.note, let description = payout.description, note != description { return false }
        let isSameNote = movement.note != nil && movement.note == payout.description
        guard let bookedAt = movement.bookedAt else { return movement.code != nil || isSameNote }
        // The bank may tell no more than the day: then something else has to say that it is this one.
        let isDayOnly = (bookedAt + PixTime.localOffset) % dayMilliseconds == 0
        guard isDayOnly else { return bookedAt + Self.clockTolerance >= payout.requestedAt }
        return bookedAt + dayMilliseconds > payout.requestedAt && (movement.code != nil || isSameNote)
    }

    /// Takes money that came in, if it is a payout's that the receiver gave back.
    func takeReturn(_ movement: PixMovement) async throws {
        guard movement.direction == .credit else { return }
        let now = context.now
        let (payout, isLike) = try await context.store.engine.read(.point) { sql in
            (
                try PixPayout.find(e2eID: movement.e2eID, code: movement.code, in: sql),
                try PixPayout.wasPaid(
                    since: now - Self.daysMaximum * Self.dayMilliseconds, amount: movement.amount, in: sql)
            )
        }
        guard let payout else {
            if isLike, Self.isReturn(movement) { unclear("money came back that may be a payout's", nil) }
            return
        }
        guard payout.state == .performed else { return }
        guard movement.amount >= payout.amount else {
            return unclear("a part of a payout came back", payout)
        }
        guard try await markReturned(payout.reference) != nil else { return }
        context.onAnomaly(.payoutReturned)
        context.logger.error(
            "the receiver of a payout gave the money back", metadata: ["reference": "\(payout.reference)"])
    }

    /// Whether it looks like money that came back, of whatever payment.
    private static func isReturn(_ movement: PixMovement) -> Bool {
        movement.e2eID?.hasPrefix("D") == true || movement.title?.lowercased().contains("devol") == true
    }

    private func unclear(_ what: Logger.Message, _ payout: PixPayout?) {
        context.onAnomaly(.payoutReturnUnclear)
        context.logger.error(
            "\(what): look at it in the bank's site", metadata: ["reference": "\(payout?.reference ?? "")"])
    }
}
