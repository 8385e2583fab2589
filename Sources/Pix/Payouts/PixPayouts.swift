import Foundation
import Logging
import Payments
import Specification
import Storage

/// Money that is sent through the bank.
///
/// The wish and the key under which the bank carries it out once are stored before the bank is asked. After an unknown
/// outcome it is asked with the same key only, never with another one.
///
/// Source: pix.md 4.5, 4.6, 5.2
public final class PixPayouts: Sendable {
    /// Why there is no payout.
    public enum Refusal: Error, Sendable, Hashable {
        /// Not from 0.01 to 9999999999.99.
        case amount
        /// Not 1 to 35 letters, digits and hyphens.
        case reference
        /// More characters than that.
        case description(maximum: Int)
        /// The reference was used for another payout.
        case otherRequest
        /// Provider `static` sends nothing.
        case noBank
    }

    private let context: PixContext
    private let rounds = PixRounds()

    /// How long a payout may be under way until somebody should look, milliseconds.
    private static let stuckMilliseconds: Int64 = 3 * 86_400_000
    /// How long the bank is taken to remember a key: a refusal later than that after an unknown outcome proves nothing.
    private static let keyMilliseconds: Int64 = 86_400_000

    init(_ context: PixContext) {
        self.context = context
    }

    /// Stores a payout and asks the bank for it. The same reference with the same content again is the same payout.
    ///
    /// - Parameters:
    ///   - amount: centavos.
    ///   - reference: the caller's own, 1 to 35 letters, digits and hyphens.
    ///   - actor: on whose word.
    /// - Returns: how it stands now; it goes on by ``advanceDue()``.
    public func create(
        amount: Int64, key: PixKey, description: String?, reference: String, actor: String
    ) async throws -> Result<PixPayout, Refusal> {
        let limits = context.specification.limits
        guard let bank = context.bank else { return .failure(.noBank) }
        guard (1...limits.amountMaximum).contains(amount) else { return .failure(.amount) }
        guard Self.isReference(reference) else { return .failure(.reference) }
        guard (description?.unicodeScalars.count ?? 0) <= limits.noteLength else {
            return .failure(.description(maximum: limits.noteLength))
        }
        let now = context.now
        let draft = PixPayout(
            reference: reference, requestKey: UUID().uuidString.lowercased(), amount: amount, key: key.text,
            description: description, actor: actor, state: .created, step: .new, requestedAt: now, attempts: 0)
        let (isNew, stored) = try await context.store.engine.write { sql in
            let isNew = try draft.insert(dueAt: now + 30_000, in: sql)
            return (isNew, try PixPayout.find(reference, in: sql) ?? draft)
        }
        guard isNew else {
            let isSame = stored.amount == amount && stored.key == key.text && stored.description == description
            return isSame ? .success(stored) : .failure(.otherRequest)
        }
        _ = try await advanceOrPostpone(stored, bank)
        context.onDue(.payouts)
        return .success(try await load(reference) ?? stored)
    }

    private static func isReference(_ text: String) -> Bool {
        (1...35).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == "-" }
    }

    private func load(_ reference: String) async throws -> PixPayout? {
        try await context.store.engine.read(.point) { try PixPayout.find(reference, in: $0) }
    }

    /// A payout by the caller's reference; nil if there is none. One that is under way is asked about first.
    public func find(_ reference: String) async throws -> PixPayout? {
        guard let payout = try await load(reference) else { return nil }
        guard let bank = context.bank, payout.step == .asked else { return payout }
        _ = try await advanceOrPostpone(payout, bank)
        return try await load(reference)
    }

    /// The receiver sent the money back, as the account's statement says.
    ///
    /// - Returns: the payout; nil if there is none of that reference that was paid.
    public func markReturned(_ reference: String) async throws -> PixPayout? {
        let now = context.now
        return try await context.store.engine.write { sql in
            guard try PixPayout.giveBack(reference, at: now, in: sql) else { return nil }
            return try PixPayout.find(reference, in: sql)
        }
    }

    /// Takes every payout that is due one step further. A second call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    public func advanceDue() async -> Int64 {
        await rounds.advance(
            "payouts", context, due: { try PixPayout.due(at: $0, limit: 16, in: $1) },
            nextDue: { try PixPayout.nextDue(in: $0) }, step: advanceOrPostpone)
    }

    private func advanceOrPostpone(_ payout: PixPayout, _ bank: any PixBank) async throws -> Int64? {
        do {
            if payout.step == .asked, let code = payout.bankCode {
                try await take(try await bank.payout(code), payout)
            } else {
                try await ask(payout, bank)
            }
            return nil
        } catch let failure as StorageFailure {
            throw failure
        } catch PixBankError.busy(let milliseconds) {
            try await postpone(payout, "the bank takes no more calls now", pause: milliseconds)
            return milliseconds
        } catch {
            try await postpone(payout, PixContext.cause(error), pause: nil)
            return nil
        }
    }

    /// Longer than a call can take, with every wait in it.
    private static let callMilliseconds: Int64 = 90_000

    private func ask(_ payout: PixPayout, _ bank: any PixBank) async throws {
        var asked = payout
        asked.step = .unknown
        // Durable before the call: after a crash nobody else knows that it may have been sent. Due only when the call
        // must have ended: no job is to send it beside this one.
        try await store(asked, dueAt: context.now + Self.callMilliseconds)
        let order = PixPayoutOrder(
            requestKey: payout.requestKey, amount: payout.amount, key: payout.key, description: payout.description)
        do {
            let answer = try await bank.pay(order)
            guard answer.code != nil else { throw PixBankError.unknown("the answer does not say how to find it") }
            // Accepted is not paid: only the bank's later word says so.
            asked.step = .asked
            (asked.bankCode, asked.bankStatus, asked.attempts) = (answer.code, answer.statusWord, 0)
            try await store(asked, dueAt: context.now + 6_000)
        } catch let error as PixBankError {
            switch error {
            case .busy, .notSent:
                // Nothing was sent: what was known before still holds.
                asked.step = payout.step
                try await store(asked, dueAt: context.now)
                throw error
            case .unknown: throw error
            case .refused where error.isPassing && payout.step == .unknown: throw error
            case .refused(status: 401, _, _): throw error
            case .refused, .notFound:
                let isOld = payout.step == .unknown && context.now - payout.requestedAt > Self.keyMilliseconds
                guard !isOld else {
                    context.onAnomaly(.payoutStuck)
                    throw error
                }
                try await end(asked, .cancelled, error.description)
            }
        }
    }

    private func take(_ answer: PixBankPayout, _ payout: PixPayout) async throws {
        var next = payout
        next.bankStatus = answer.statusWord
        next.e2eID = answer.e2eID ?? payout.e2eID
        switch answer.status {
        case .paid: try await end(next, .performed, nil)
        case .failed: try await end(next, .cancelled, answer.errors.joined(separator: "; "))
        case .waiting:
            next.attempts += 1
            try await store(next, dueAt: context.now + pause(payout))
        case nil:
            context.onAnomaly(.unknownStatus)
            next.attempts += 1
            try await store(next, dueAt: context.now + pause(payout))
        }
        let isStuck = context.now - payout.requestedAt > Self.stuckMilliseconds
        if isStuck, answer.status == .waiting || answer.status == nil { context.onAnomaly(.payoutStuck) }
    }

    private func end(_ payout: PixPayout, _ state: TransactionState, _ errors: String?) async throws {
        var next = payout
        (next.state, next.step, next.endedAt) = (state, .ended, context.now)
        next.errors = errors.map { String($0.prefix(500)) }
        try await store(next, dueAt: nil)
        guard state == .cancelled else { return }
        context.onAnomaly(.payoutFailed)
        context.logger.error(
            "a payout failed: nothing was sent",
            metadata: ["reference": "\(payout.reference)", "status": "\(payout.bankStatus ?? "")"])
    }

    private func store(_ payout: PixPayout, dueAt: Int64?) async throws {
        try await context.store.engine.write { try payout.store(dueAt: dueAt, note: nil, in: $0) }
    }

    /// 6 seconds, 12, 24 … up to ten minutes.
    private func pause(_ payout: PixPayout) -> Int64 {
        min(PixPayout.longestPause, Int64(6_000) << min(payout.attempts, 8))
    }

    private func postpone(_ payout: PixPayout, _ cause: String, pause: Int64?) async throws {
        guard var next = try await load(payout.reference) else { return }
        if pause == nil { next.attempts += 1 }
        let (dueAt, changed) = (context.now + max(1, pause ?? self.pause(payout)), next)
        try await context.store.engine.write { try changed.store(dueAt: dueAt, note: cause, in: $0) }
        let isStuck = context.now - payout.requestedAt > Self.stuckMilliseconds
        if isStuck { context.onAnomaly(.payoutStuck) }
        context.logger.log(
            level: isStuck ? .error : .warning, "a payout is not done yet, it will be looked at again",
            metadata: ["reference": "\(payout.reference)", "attempt": "\(next.attempts)", "cause": "\(cause)"])
    }
}
