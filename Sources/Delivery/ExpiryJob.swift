public import Logging
public import Payments

/// Cancels transactions whose deadline has passed although nobody called, so that goods are freed and hooks told.
///
/// Source: payme.md 3.11.
public struct ExpiryJob: Sendable {
    /// Which does the work, up to 500 transactions in one storage transaction.
    public let service: TransactionService
    /// How long to wait when nothing was overdue.
    public let intervalMilliseconds: Int64
    /// Raise it to look at once.
    public let wake: Wake
    /// Told how many ran out of time, and of failures.
    public let logger: Logger

    /// - Parameter intervalMilliseconds: above 0.
    public init(service: TransactionService, intervalMilliseconds: Int64, wake: Wake = Wake(), logger: Logger) {
        self.service = service
        self.intervalMilliseconds = intervalMilliseconds
        self.wake = wake
        self.logger = logger
    }

    /// One look at everything that is overdue. A failure is logged, and the next round tries again.
    /// - Returns: how long to wait for the next one, milliseconds.
    public func round() async -> Int64 {
        do {
            while !Task.isCancelled, case let expired = try await service.expireOverdue(), expired > 0 {
                logger.notice("transactions ran out of time", metadata: ["count": "\(expired)"])
            }
        } catch {
            logger.error("expiry failed, it will be tried again", metadata: ["error": "\(error)"])
        }
        return intervalMilliseconds
    }

    /// As a ``JobRunner`` does it.
    public var job: Job { Job(name: "expiry", wake: wake) { await round() } }
}
