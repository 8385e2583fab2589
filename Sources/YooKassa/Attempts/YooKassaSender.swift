import Payments
import Specification
import Storage

/// Makes stored calls: the same key with the same bytes for as long as the key is good, and never after that.
///
/// Source: yookassa.md 3, 17
struct YooKassaSender: Sendable {
    /// Why a call has no answer.
    enum Failure: Error, Sendable, Hashable {
        /// What YooKassa, or the way there, said. `isRepeat`: an earlier try may have happened.
        case failed(YooKassaError, isRepeat: Bool)
        /// The key is too old: a repeat with it might be a second charge.
        case keyTooOld
        /// It is over: somebody else has its answer.
        case over
    }

    let context: YooKassaContext

    /// An answer, and whether an earlier try may have happened: then it may be the answer of that one, as old as it.
    struct Sent<T: Sendable>: Sendable {
        let answer: T
        let isRepeat: Bool
    }

    /// - Throws: ``Failure``; `StorageFailure`.
    func send<T: Sendable>(
        _ key: String, _ call: @Sendable (YooKassaPosting) async throws(YooKassaError) -> T
    ) async throws -> Sent<T> {
        let now = context.now
        let keyGuard = context.specification.unknownResult.keyGuard
        let attempt = try await context.store.engine.write { sql -> YooKassaAttempt? in
            guard let attempt = try YooKassaAttempt.find(key, in: sql), attempt.outcome == .open else { return nil }
            if let first = attempt.firstSentAt, now - first > keyGuard || now < first - 3_600_000 { return attempt }
            return try attempt.begin(at: now, in: sql) ? attempt : nil
        }
        guard let attempt else { throw Failure.over }
        if let first = attempt.firstSentAt, now - first > keyGuard || now < first - 3_600_000 {
            throw Failure.keyTooOld
        }
        do throws(YooKassaError) {
            let answer = try await call(attempt.posting)
            context.rest.over()
            return Sent(answer: answer, isRepeat: attempt.firstSentAt != nil)
        } catch {
            switch error {
            case .busy, .notSent, .unauthorized:
                try await context.store.engine.write { try attempt.takeBack(in: $0) }
            case .unknown, .refused, .notFound: break
            }
            throw Failure.failed(error, isRepeat: attempt.firstSentAt != nil)
        }
    }
}
