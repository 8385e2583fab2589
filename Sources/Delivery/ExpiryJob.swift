public import Logging
public import Payments

/// Cancels transactions whose deadline has passed although nobody called, so that goods are freed and hooks told.
///
/// Source: payme.md 3.11.
public struct ExpiryJob: Sendable {
    public let service: TransactionService
    public let intervalMilliseconds: Int64
    public let wake: Wake
    public let logger: Logger

    public init(service: TransactionService, intervalMilliseconds: Int64, wake: Wake = Wake(), logger: Logger) {
        self.service = service
        self.intervalMilliseconds = intervalMilliseconds
        self.wake = wake
        self.logger = logger
    }

    /// Looks at once, and then at each interval, until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            do {
                let expired = try await service.expireOverdue()
                if expired > 0 {
                    logger.notice("transactions ran out of time", metadata: ["count": "\(expired)"])
                    continue
                }
            } catch {
                logger.error("expiry failed, it will be tried again", metadata: ["error": "\(error)"])
            }
            await wake.wait(milliseconds: intervalMilliseconds)
        }
    }
}
