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

    /// Until when a static charge waits for notices of payments that were made in time, milliseconds since 1970: banks
    /// send a notice again for hours. Where none comes that can be believed, there is nothing to wait for.
    ///
    /// Source: pix.md 4.4, 5.1
    func noticesEnd(_ charge: PixCharge) -> Int64 {
        guard charge.provider == .static, configuration.isVouchedFor else { return charge.expiresAt }
        return charge.expiresAt + specification.limits.noticeDelaySeconds * 1_000
    }

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
