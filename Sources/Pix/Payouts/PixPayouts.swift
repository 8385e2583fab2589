import Logging
import Payments
import Specification
import Storage

/// Money that is sent through the bank.
///
/// The wish and the key under which the bank carries it out once are stored before the bank is asked. After an unknown
/// outcome it is asked with the same key only, never with another one, and only as long as the bank is sure to remember
/// it. What is stored after a call counts only if nobody else has moved the payout meanwhile.
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

    let context: PixContext
    private let rounds = PixRounds()

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
            reference: reference, requestKey: RequestKey.make(reference), amount: amount, key: key.text,
            description: description, actor: actor, state: .created, step: .new, requestedAt: now, attempts: 0)
        let (isNew, stored) = try await context.store.engine.write { sql in
            let isNew = try draft.insert(dueAt: now + 30_000, in: sql)
            return (isNew, try PixPayout.find(reference, in: sql) ?? draft)
        }
        guard isNew else {
            let isSame = stored.amount == amount && stored.key == key.text && stored.description == description
            return isSame ? .success(stored) : .failure(.otherRequest)
        }
        _ = try await advance(stored, bank)
        context.onDue(.payouts)
        return .success(try await load(reference) ?? stored)
    }

    static func isReference(_ text: String) -> Bool {
        (1...35).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == "-" }
    }

    func load(_ reference: String) async throws -> PixPayout? {
        try await context.store.engine.read(.point) { try PixPayout.find(reference, in: $0) }
    }

    /// A payout by the caller's reference; nil if there is none. One that is under way is asked about first.
    public func find(_ reference: String) async throws -> PixPayout? {
        // What can be none needs no look into the database, which does not take every text.
        guard Self.isReference(reference), let payout = try await load(reference) else { return nil }
        guard let bank = context.bank, payout.step == .asked else { return payout }
        _ = try await advance(payout, bank)
        return try await load(reference)
    }

    /// The receiver sent the money back, as the account's statement says.
    ///
    /// - Returns: the payout; nil if there is none of that reference that was paid.
    public func markReturned(_ reference: String) async throws -> PixPayout? {
        let now = context.now
        return try await context.store.engine.write { sql in
            guard try PixPayout.giveBack(reference, by: PixGateway.name, at: now, in: sql) else { return nil }
            return try PixPayout.find(reference, in: sql)
        }
    }

    /// Takes every payout that is due one step further. A second call meanwhile does nothing.
    ///
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    public func advanceDue() async -> Int64 {
        await rounds.advance(
            "payouts", context, PixPayout.Lane.allCases, due: { try PixPayout.due($0, at: $1, limit: 16, in: $2) },
            nextDue: { try PixPayout.nextDue($0, in: $1) }, step: advance)
    }
}
