import Logging
public import Payments
import Storage

/// The merchant's word on a payout of which nobody else can say what became of it.
///
/// Source: pix.md 5.2
extension PixPayouts {
    /// What the merchant saw in the bank's site.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// The money left the account.
        case paid
        /// It did not, and will not.
        case failed
        /// It left, and came back.
        case returned
    }

    /// Why the word is not taken.
    public enum SettlingRefusal: Error, Sendable, Hashable {
        /// No payout has that reference.
        case notFound
        /// The bank is still asked about it.
        case underWay
        /// It ended otherwise.
        case ended(TransactionState)
    }

    /// Takes the merchant's word: of a payout in doubt, once the bank is not asked about it any more; and that one that
    /// was paid came back; and a second word on one that was said to have failed, if the bank seems to have sent it. The
    /// same word again changes nothing.
    ///
    /// - Parameter actor: on whose word, for the payout's journal.
    /// - Throws: `StorageFailure`.
    public func settle(
        _ reference: String, as outcome: Outcome, actor: String
    ) async throws -> Result<PixPayout, SettlingRefusal> {
        guard Self.isReference(reference) else { return .failure(.notFound) }
        let now = context.now
        let (isNew, stored) = try await context.store.engine.write { sql in
            var isNew = false
            // Whatever it was read as: only what the row is now counts.
            switch outcome {
            case .paid: isNew = try Self.settle(reference, .performed, by: actor, at: now, in: sql)
            case .failed: isNew = try Self.settle(reference, .cancelled, by: actor, at: now, in: sql)
            case .returned:
                _ = try Self.settle(reference, .performed, by: actor, at: now, in: sql)
                isNew = try PixPayout.giveBack(reference, by: actor, at: now, in: sql)
            }
            return (isNew, try PixPayout.find(reference, in: sql))
        }
        guard let stored else { return .failure(.notFound) }
        if isNew {
            context.logger.notice(
                "a payout was settled on the merchant's word",
                metadata: ["reference": "\(reference)", "outcome": "\(outcome.rawValue)"])
            return .success(stored)
        }
        if stored.state == outcome.state { return .success(stored) }
        return .failure(stored.state == .created ? .underWay : .ended(stored.state))
    }

    private static func settle(
        _ reference: String, _ state: TransactionState, by actor: String, at now: Int64, in sql: any SQLSession
    ) throws -> Bool {
        if try PixPayout.settle(reference, state, by: actor, at: now, in: sql) { return true }
        return try PixPayout.settleAgain(reference, state, by: actor, at: now, in: sql)
    }

    /// What became of a payout, the oldest change first.
    ///
    /// - Throws: `StorageFailure`.
    public func journal(of reference: String) async throws -> [PixPayoutChange] {
        guard Self.isReference(reference) else { return [] }
        return try await context.store.engine.read(.point) { try PixPayoutChange.all(of: reference, in: $0) }
    }
}

extension PixPayouts.Outcome {
    fileprivate var state: TransactionState {
        switch self {
        case .paid: .performed
        case .failed: .cancelled
        case .returned: .cancelledAfterPerform
        }
    }
}
