import Synchronization

/// The requests with an `Idempotency-Key` that this process is answering.
final class KeysInFlight: Sendable {
    private let tickets = Mutex<Set<[String]>>([])

    /// - Throws: ``Problem`` while the first request with this key is not done.
    func enter(_ ticket: IdempotencyTicket) throws {
        guard tickets.withLock({ $0.insert([ticket.scope, ticket.key]).inserted }) else {
            throw Problem.idempotencyKeyInFlight
        }
    }

    func leave(_ ticket: IdempotencyTicket) {
        _ = tickets.withLock { $0.remove([ticket.scope, ticket.key]) }
    }
}
