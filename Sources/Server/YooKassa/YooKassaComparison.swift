import Logging
import Synchronization
import YooKassa

/// Comparisons with YooKassa's lists on the merchant's word: one at a time, beside requests.
final class YooKassaComparison: Sendable {
    private let isUnderWay = Mutex(false)

    enum Outcome: Sendable {
        case done(YooKassaReconciliation.Report)
        case failed(String)
        /// It goes on.
        case slow
    }

    /// Starts one unless one is under way.
    ///
    /// - Parameter seconds: how long its end is waited for.
    func run(_ site: YooKassaSite, seconds: Int64) async -> Outcome {
        let isFirst = isUnderWay.withLock { isUnderWay in
            defer { isUnderWay = true }
            return !isUnderWay
        }
        guard isFirst else { return .slow }
        let (outcomes, continuation) = AsyncStream.makeStream(of: Outcome.self)
        Task {
            let outcome: Outcome
            do {
                outcome = .done(try await site.gateway.reconciliation.run())
                await site.showDifferences()
            } catch {
                // What another error says may hold what must not be shown.
                outcome = .failed((error as? YooKassaError)?.description ?? "\(type(of: error))")
            }
            isUnderWay.withLock { $0 = false }
            continuation.yield(outcome)
        }
        let end = Task {
            try? await Task.sleep(for: .seconds(seconds))
            continuation.yield(.slow)
        }
        defer { end.cancel() }
        for await outcome in outcomes { return outcome }
        return .slow
    }
}
