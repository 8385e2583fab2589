import Logging
import Payments
import Storage
import Synchronization

/// Works off what is due of one kind, one round at a time: two at once would ask the bank for the same twice.
final class PixRounds: Sendable {
    private let isUnderWay = Mutex(false)

    /// - Returns: what the round returns; a second if another one is under way.
    func alone(_ round: () async -> Int64) async -> Int64 {
        let isFirst = isUnderWay.withLock { isUnderWay in
            defer { isUnderWay = true }
            return !isUnderWay
        }
        guard isFirst else { return 1_000 }
        defer { isUnderWay.withLock { $0 = false } }
        return await round()
    }

    /// Takes everything that is due one step further at the bank.
    ///
    /// - Parameters:
    ///   - what: for the log: `refunds`.
    ///   - due: a page of what is due by a moment, milliseconds since 1970.
    ///   - nextDue: when the next becomes due.
    ///   - step: answers how long the bank takes no call, milliseconds; nil: it does.
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    func advance<Item: Sendable>(
        _ what: String, _ context: PixContext,
        due: @escaping @Sendable (Int64, any SQLSession) throws -> [Item],
        nextDue: @escaping @Sendable (any SQLSession) throws -> Int64?,
        step: (Item, any PixBank) async throws -> Int64?
    ) async -> Int64 {
        guard let bank = context.bank else { return 60_000 }
        return await alone {
            do {
                while !Task.isCancelled {
                    let now = context.now
                    let items = try await context.store.engine.read(.scan) { try due(now, $0) }
                    if items.isEmpty { break }
                    for item in items where !Task.isCancelled {
                        if let wait = try await step(item, bank) { return min(wait, 60_000) }
                    }
                }
                let next = try await context.store.engine.read(.point) { try nextDue($0) }
                return min(max((next ?? .max) - context.now, 1), 60_000)
            } catch {
                context.logger.error(
                    "\(what) cannot be looked after", metadata: ["error": "\(PixContext.cause(error))"])
                return 5_000
            }
        }
    }
}
