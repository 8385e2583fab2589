import Logging
import Payments
import Specification
import Storage

/// What every part of the gateway works with.
struct PixContext: Sendable {
    let configuration: PixConfiguration
    let specification: PixSpecification
    /// Numbers of `transaction.yaml`.
    let reasons: [PixSpecification.Reason: Int64]
    let service: TransactionService
    let store: Store
    /// Nil: provider `static`.
    let bank: (any PixBank)?
    let logger: Logger
    /// Called when something is due at once.
    let onDue: @Sendable (PixJob) -> Void
    let onChange: @Sendable (String) -> Void
    let onAnomaly: @Sendable (PixAnomaly) -> Void

    var clock: TimeSource { service.clock }
    var now: Int64 { service.clock.now }

    func reason(_ reason: PixSpecification.Reason) -> Int64? { reasons[reason] }

    /// 5 seconds, 10, 20 … up to `longest`, milliseconds.
    static func pause(attempts: Int64, longest: Int64) -> Int64 {
        min(longest, Int64(5_000) << min(max(attempts, 0), 12))
    }

    /// What is said of an error: what a hook threw is told by its type alone, for its text may hold what must not be
    /// kept.
    static func cause(_ error: any Error) -> String {
        (error as? PixBankError)?.description ?? "\(type(of: error))"
    }
}

/// What is done again and again.
public enum PixJob: String, Sendable, Hashable, CaseIterable {
    /// ``PixCharges/advanceDue()``
    case charges
    /// ``PixNotices/advanceDue()``
    case notices
    /// ``PixWebhookRegistration/advanceDue()``
    case webhook
    /// ``PixRefunds/advanceDue()``
    case refunds
    /// ``PixPayouts/advanceDue()``
    case payouts
    /// ``PixStatementWatch/advanceDue()``
    case statement
    /// ``PixReconciliation/advanceDue()``
    case reconciliation
}
