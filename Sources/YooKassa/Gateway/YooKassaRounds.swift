import Logging
import Payments
import Storage
import Synchronization

/// Works off what is due of one kind, a few at once and one round at a time.
final class YooKassaRounds: Sendable {
    private let isUnderWay = Mutex(false)

    private static let pageSize: Int64 = 64

    /// Takes everything that is due one step further.
    ///
    /// - Parameters:
    ///   - what: for the log: `refunds`.
    ///   - due: a page of what is due by a moment, milliseconds since 1970.
    ///   - nextDue: when the next becomes due.
    ///   - step: answers how long YooKassa takes no call, milliseconds; nil: it does.
    /// - Returns: how long nothing will be due, at most a minute, milliseconds; a second if another round is under way.
    func advance<Item: Sendable>(
        _ what: String, _ context: YooKassaContext,
        due: @escaping @Sendable (Int64, Int64, any SQLSession) throws -> [Item],
        nextDue: @escaping @Sendable (any SQLSession) throws -> Int64?,
        step: @escaping @Sendable (Item) async throws -> Int64?
    ) async -> Int64 {
        let isFirst = isUnderWay.withLock { isUnderWay in
            defer { isUnderWay = true }
            return !isUnderWay
        }
        guard isFirst else { return 1_000 }
        defer { isUnderWay.withLock { $0 = false } }
        do {
            while !Task.isCancelled {
                let now = context.now
                if let left = context.rest.left(at: now) { return min(left, 60_000) }
                let items = try await context.store.engine.read(.scan) { try due(now, Self.pageSize, $0) }
                if items.isEmpty { break }
                let wait = try await Self.work(items, context.configuration.jobsAtOnce) { item in
                    do {
                        return try await step(item)
                    } catch let failure as StorageFailure {
                        throw failure
                    } catch {
                        // A hook threw for one of them: it keeps none of the others waiting, and is tried again when
                        // its lease is over.
                        context.logger.error(
                            "one of the \(what) cannot be looked after",
                            metadata: ["error": "\(YooKassaContext.cause(error))"])
                        return nil
                    }
                }
                if let wait { return min(max(wait, 1), 60_000) }
            }
            let next = try await context.store.engine.read(.point) { try nextDue($0) }
            return min(max((next ?? .max) - context.now, 1), 60_000)
        } catch {
            context.logger.error(
                "\(what) cannot be looked after", metadata: ["error": "\(YooKassaContext.cause(error))"])
            return 5_000
        }
    }

    /// - Returns: how long YooKassa takes no call; nil: all were worked through.
    private static func work<Item: Sendable>(
        _ items: [Item], _ atOnce: Int, _ step: @escaping @Sendable (Item) async throws -> Int64?
    ) async throws -> Int64? {
        try await withThrowingTaskGroup(of: Int64?.self) { group in
            var rest = items[...]
            var wait: Int64?
            for item in rest.prefix(atOnce) { group.addTask { try await step(item) } }
            rest = rest.dropFirst(atOnce)
            while let answer = try await group.next() {
                if let answer { wait = max(wait ?? 0, answer) }
                guard wait == nil, !Task.isCancelled, let item = rest.popFirst() else { continue }
                group.addTask { try await step(item) }
            }
            return wait
        }
    }
}
