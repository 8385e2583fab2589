import Payments
import Server
import Storage
import TestSupport

/// A server, its counting shop, and a crowd of callers.
struct Race: Sendable {
    let running: RunningServer
    let hooks: RaceHooks
    let payme: PaymeClient

    var store: Store { running.server.store }
    var service: TransactionService { running.server.service }

    static func with<T>(
        connections: Int, _ environment: [String: String] = [:], _ body: (Race) async throws -> T
    ) async throws -> T {
        let hooks = RaceHooks()
        return try await RunningServer.with(environment, hooks: hooks, migrations: RaceHooks.migrations) { running in
            try await Crowd.with(connections, of: running) { client in
                try await body(Race(running: running, hooks: hooks, payme: client))
            }
        }
    }

    func ledger() async throws -> Ledger { try await Ledger.read(store) }

    /// In-transaction events of a kind that were committed.
    func recorded(_ change: TransactionChange) async throws -> Int { try await RaceHooks.count(change, in: store) }

    func create(_ id: String, _ order: String) async throws -> PaymeClient.Answer {
        try await payme.create(id, order, time: running.clock.now)
    }

    /// Waits until the outbox is empty, and answers the ids of the delivered events of a kind.
    func deliveredIDs(_ change: TransactionChange) async throws -> Set<Int64> {
        let isEmpty = try await eventually {
            try await store.engine.read(.scan) { sql in
                try SQLPaymentSession(sql: sql).countWaiting(target: "hooks") == 0
            }
        }
        return isEmpty ? Set(hooks.delivered.filter { $0.change == change }.map(\.id)) : []
    }
}
