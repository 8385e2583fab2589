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
    /// A lane ends for this round when the bank takes no more of its calls; the others go on: what is allowed so many
    /// times a minute is not the same for each.
    ///
    /// - Parameters:
    ///   - what: for the log: `refunds`.
    ///   - lanes: the first comes first.
    ///   - due: a page of what is due by a moment, milliseconds since 1970.
    ///   - nextDue: when the next becomes due.
    ///   - step: answers how long the bank takes no call, milliseconds; nil: it does.
    /// - Returns: how long nothing will be due, at most a minute, milliseconds.
    func advance<Lane: Hashable & Sendable, Item: Sendable>(
        _ what: String, _ context: PixContext, _ lanes: [Lane],
        due: @escaping @Sendable (Lane, Int64, any SQLSession) throws -> [Item],
        nextDue: @escaping @Sendable (Lane, any SQLSession) throws -> Int64?,
        step: (Item, any PixBank) async throws -> Int64?
    ) async -> Int64 {
        guard let bank = context.bank else { return 60_000 }
        return await alone {
            do {
                return try await Self.pass(
                    context, lanes, due: due, nextDue: nextDue, step: { try await step($0, bank) })
            } catch {
                context.logger.error(
                    "\(what) cannot be looked after", metadata: ["error": "\(PixContext.cause(error))"])
                return 5_000
            }
        }
    }

    /// One round, a page of each lane in turn.
    ///
    /// - Returns: see ``advance(_:_:_:due:nextDue:step:)``.
    static func pass<Lane: Hashable & Sendable, Item: Sendable>(
        _ context: PixContext, _ lanes: [Lane],
        due: @escaping @Sendable (Lane, Int64, any SQLSession) throws -> [Item],
        nextDue: @escaping @Sendable (Lane, any SQLSession) throws -> Int64?,
        step: (Item) async throws -> Int64?
    ) async throws -> Int64 {
        // How long each takes no call.
        var busy: [Lane: Int64] = [:]
        var isIdle = false
        while !isIdle, !Task.isCancelled {
            isIdle = true
            for lane in lanes where busy[lane] == nil && !Task.isCancelled {
                let now = context.now
                let items = try await context.store.engine.read(.scan) { try due(lane, now, $0) }
                for item in items where busy[lane] == nil && !Task.isCancelled {
                    isIdle = false
                    busy[lane] = try await step(item)
                }
            }
        }
        var pause: Int64 = 60_000
        for lane in lanes {
            if let wait = busy[lane] {
                pause = min(pause, wait)
            } else {
                let next = try await context.store.engine.read(.point) { try nextDue(lane, $0) }
                pause = min(pause, (next ?? .max) - context.now)
            }
        }
        return max(pause, 1)
    }
}
