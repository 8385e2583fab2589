import Logging
import Payments
import Specification
import Storage
import Synchronization

/// What every part of the gateway works with.
struct PledgContext: Sendable {
    let ledger: PledgLedger
    let service: TransactionService
    let store: Store
    let money: any ShareMoney
    let logger: Logger
    /// Called when something is due at once.
    let onDue: @Sendable (PledgJob) -> Void
    let onAnomaly: @Sendable (PledgAnomaly) -> Void

    var now: Int64 { service.clock.now }
    var specification: PledgSpecification { ledger.specification }
    var configuration: PledgConfiguration { ledger.configuration }

    /// Changes a purchase in one storage transaction, and wakes whoever has something to do then.
    ///
    /// - Returns: nil if there is none of that id.
    @discardableResult
    func change<T: Sendable>(
        _ id: String, _ work: @escaping @Sendable (PledgLedger, inout PledgLedger.Scene) throws -> T
    ) async throws -> T? {
        let (ledger, service) = (ledger, service)
        let result = try await store.engine.write { sql -> T? in
            guard var scene = try ledger.scene(id, SQLPaymentSession(sql: sql), service) else { return nil }
            return try work(ledger, &scene)
        }
        service.announce()
        for job in PledgJob.allCases { onDue(job) }
        return result
    }

    /// 5 seconds, 10, 20 … up to `longest`, milliseconds.
    static func pause(attempts: Int64, longest: Int64) -> Int64 {
        min(longest, Int64(5_000) << min(max(attempts, 0), 12))
    }
}

/// Works off what is due of one kind, one round at a time.
final class PledgRounds: Sendable {
    private let isUnderWay = Mutex(false)

    /// Takes everything that is due one step further. One that cannot go on keeps no other from going on.
    ///
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    func work<Item: Sendable>(
        _ context: PledgContext, _ what: String,
        due: @escaping @Sendable (Int64, any SQLSession) throws -> [Item],
        nextDue: @escaping @Sendable (Int64, any SQLSession) throws -> Int64?,
        step: (Item) async throws -> Void
    ) async -> Int64 {
        let isFirst = isUnderWay.withLock { isUnderWay in
            defer { isUnderWay = true }
            return !isUnderWay
        }
        guard isFirst else { return 1_000 }
        defer { isUnderWay.withLock { $0 = false } }
        do {
            // Bounded: what does not get out of the way by its step is not looked at again and again.
            for _ in 0..<1_000 where !Task.isCancelled {
                let now = context.now
                let items = try await context.store.engine.read(.scan) { try due(now, $0) }
                if items.isEmpty { break }
                for item in items where !Task.isCancelled { try await step(item) }
            }
            let now = context.now
            let next = try await context.store.engine.read(.point) { try nextDue(now, $0) }
            return min(max((next ?? .max) - now, 1), 60_000)
        } catch {
            context.logger.error("\(what) cannot be looked after", metadata: ["error": "\(type(of: error))"])
            return 5_000
        }
    }
}
