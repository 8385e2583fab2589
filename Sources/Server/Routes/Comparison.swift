import Synchronization

/// Comparisons with a gateway's lists on the merchant's word: one at a time, beside requests.
final class Comparison<Report: Sendable>: Sendable {
    private let isUnderWay = Mutex(false)

    enum Outcome: Sendable {
        case done(Report)
        case failed(any Error)
        /// It goes on.
        case slow
    }

    /// Starts one unless one is under way.
    ///
    /// - Parameter seconds: how long its end is waited for.
    func run(seconds: Int64, _ compare: @escaping @Sendable () async throws -> Report) async -> Outcome {
        let isFirst = isUnderWay.withLock { isUnderWay in
            defer { isUnderWay = true }
            return !isUnderWay
        }
        guard isFirst else { return .slow }
        let (outcomes, continuation) = AsyncStream.makeStream(of: Outcome.self)
        Task {
            let outcome: Outcome
            do {
                outcome = .done(try await compare())
            } catch {
                outcome = .failed(error)
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
