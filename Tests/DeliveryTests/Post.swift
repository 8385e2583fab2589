import Delivery
import Logging
import Payments
import Storage
import Synchronization
import TestSupport

/// A receiver of events, as a test plays it: it keeps what it got, and fails when it is told to.
final class Post: Sendable {
    struct Refused: Error {}

    private struct State {
        var letters: [String] = []
        var ids: [Int64] = []
        var refusesOrders: Set<String> = []
    }

    private let state = Mutex(State())
    private let arrivals = AsyncStream.makeStream(of: String.self)

    /// What arrived, in order: `A performed`. A refused letter is not among them.
    var letters: [String] { state.withLock { $0.letters } }
    /// The events' numbers, in the order in which they arrived.
    var ids: [Int64] { state.withLock { $0.ids } }

    /// Refuses every letter about these orders from now on.
    func refuse(_ orders: Set<String>) { state.withLock { $0.refusesOrders = orders } }

    func take(_ event: PaymentEvent) throws {
        let letter = "\(event.transaction.orderID) \(event.change.rawValue)"
        let isRefused = state.withLock { state in
            if state.refusesOrders.contains(event.transaction.orderID) { return true }
            state.letters.append(letter)
            state.ids.append(event.id)
            return false
        }
        arrivals.continuation.yield(letter)
        if isRefused { throw Refused() }
    }

    /// Returns at the next arrival, refused or not, that nobody has waited for yet.
    func arrival() async -> String? {
        var iterator = arrivals.stream.makeAsyncIterator()
        return await iterator.next()
    }

    func takeLetters() -> [String] {
        state.withLock { state in
            defer { state.letters = [] }
            return state.letters
        }
    }
}

extension TestStore {
    /// A runner of the `hooks` receiver that hands everything to that post.
    func runner(_ post: Post, wake: Wake = Wake(), clock: TimeSource? = nil) -> OutboxRunner {
        OutboxRunner(
            target: "hooks", store: store, clock: clock ?? self.clock.source, wake: wake, logger: .silent
        ) { try post.take($0.event) }
    }

    /// Creates a transaction on an order of its own name, which enqueues an event.
    func create(_ order: String) async throws {
        try await add(.oneTime(id: order, amount: Money(minor: 500, currency: .uzs)))
        let now = clock.now
        _ = try await service.create(
            CreateCommand(
                key: key(order), externalTime: now, account: "{}",
                question: AccountQuestion(
                    gateway: "payme", purpose: .create, fields: [:], reference: order,
                    amount: Money(minor: 500, currency: .uzs)),
                deadline: now + 43_200_000, holdsOrderFromCreation: true))
    }

    func perform(_ order: String) async throws { _ = try await service.perform(key(order)) }

    func cancel(_ order: String) async throws { _ = try await service.cancel(key(order), reason: 5) }

    func key(_ order: String) -> TransactionKey {
        TransactionKey(gateway: "payme", cashbox: "", externalID: "t-\(order)")
    }

    func waiting() async throws -> Int64 { try await read { try $0.countWaiting(target: "hooks") } }
}
