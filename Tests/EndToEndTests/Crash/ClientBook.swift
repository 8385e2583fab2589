import Payments
import Synchronization
import TestSupport

/// What the clients know: every call they made and every answer they got. The server has no part in it.
final class ClientBook: Sendable {
    enum Call: Sendable, Hashable {
        case create
        case perform
        case cancel(reason: Int64)
    }

    /// One transaction, driven by one client, one call after another.
    struct Entry: Sendable {
        let id: String
        let order: String
        /// Payme's time.
        let time: Int64
        var calls: [(call: Call, answer: PaymeClient.Answer?)] = []

        /// The call whose answer was lost; only the last can be.
        var pending: Call? {
            guard let last = calls.last, last.answer == nil else { return nil }
            return last.call
        }
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let registered = Mutex<[String]>([])

    var all: [Entry] { entries.withLock { Array($0.values) } }
    var orders: [String] { registered.withLock { $0 } }
    /// How many answers are held against the database.
    var answerCount: Int { all.reduce(0) { $0 + $1.calls.count { $0.answer != nil } } }

    /// How many calls were made whose answer never came.
    var lostCount: Int { all.reduce(0) { $0 + $1.calls.count { $0.answer == nil } } }

    func registeredOrder(_ id: String) { registered.withLock { $0.append(id) } }

    func begin(_ id: String, order: String, time: Int64) {
        entries.withLock { $0[id] = Entry(id: id, order: order, time: time) }
    }

    /// Writes down a call before it is made, and its answer when it comes.
    func make(
        _ call: Call, _ id: String, with payme: PaymeClient
    ) async throws -> PaymeClient.Answer {
        let entry = entries.withLock { entries -> Entry? in
            entries[id]?.calls.append((call, nil))
            return entries[id]
        }
        guard let entry else { preconditionFailure("a call of a transaction that was not begun") }
        let answer = try await Self.send(call, entry, payme)
        entries.withLock { $0[id]?.calls[entry.calls.count - 1].answer = answer }
        return answer
    }

    static func send(_ call: Call, _ entry: Entry, _ payme: PaymeClient) async throws -> PaymeClient.Answer {
        switch call {
        case .create: try await payme.create(entry.id, entry.order, time: entry.time)
        case .perform: try await payme.perform(entry.id)
        case .cancel(let reason): try await payme.cancel(entry.id, reason: reason)
        }
    }
}
