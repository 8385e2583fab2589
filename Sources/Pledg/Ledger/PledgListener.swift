public import Payments
public import Specification
import Storage
import Synchronization

/// Hears of payments of this gateway's orders inside the storage transaction that makes them. Give it to the
/// `TransactionService` among its observers, and then to the ``PledgGateway``.
///
/// Source: pledg.md 8, 9
public final class PledgListener: TransactionObserver {
    let ledger: PledgLedger
    private let links = Mutex<Links?>(nil)
    /// When something of a group was last changed.
    private let touched = Mutex<ContinuousClock.Instant?>(nil)
    /// How long after a change its commit may be told of.
    private static let commitTime = Duration.seconds(10)

    /// What the gateway adds.
    struct Links: Sendable {
        /// Called after a commit.
        var onCommitted: @Sendable () -> Void
        /// How long a gateway holds money of a currency, milliseconds.
        var holdMilliseconds: @Sendable (String, Currency) -> Int64?
    }

    /// - Parameters:
    ///   - configuration: the same as the gateway's.
    ///   - specifications: the documents.
    /// - Throws: ``PledgSetupError`` if they do not fit.
    public init(_ configuration: PledgConfiguration, specifications: Specifications) throws(PledgSetupError) {
        guard configuration.linkSecret.count >= 16 else {
            throw PledgSetupError("the secret of links needs 16 bytes or more")
        }
        var reasons: [PledgSpecification.Reason: Int64] = [:]
        for (reason, name) in specifications.pledg.reasons {
            guard let found = specifications.transaction.reason(named: name) else {
                throw PledgSetupError("transaction.yaml has no reason named \(name)")
            }
            reasons[reason] = Int64(found.number)
        }
        let specification = specifications.pledg.adapted(
            hours: configuration.hours, membersMaximum: configuration.membersMaximum)
        ledger = PledgLedger(configuration: configuration, specification: specification, reasons: reasons)
    }

    func connect(_ links: Links) { self.links.withLock { $0 = links } }

    /// Wakes the gateway's jobs, if what was committed may be a group's: most payments are nobody's business here.
    public func committed() {
        guard let touched = touched.withLock({ $0 }), touched.duration(to: .now) < Self.commitTime else { return }
        links.withLock { $0 }?.onCommitted()
    }

    private func touch() { touched.withLock { $0 = .now } }

    /// The orders of shares.
    public func owns(orderID: String) -> Bool { PledgGateway.isOwnOrder(orderID) }

    /// Time is up, the purchase has ended, or somebody has paid the share.
    public func obstacle(orderID: String, at now: Int64, in session: any PaymentSession) throws -> Rejection? {
        guard let part = try PledgPart.find(order: orderID, in: session.sql),
            let purchase = try PledgPurchase.find(part.purchaseID, in: session.sql)
        else { return nil }
        return try ledger.mayPay(part, purchase, at: now, in: session) ? nil : .orderNotPayable
    }

    /// Carries out what a payment means for its purchase.
    public func record(
        _ news: TransactionNews, in session: any PaymentSession, _ service: TransactionService
    ) throws {
        let transaction = news.transaction
        if transaction.key.gateway == PledgGateway.name {
            touch()
            try ledger.announce(news, session, service)
            return try ledger.follow(news, session, service)
        }
        guard transaction.orderID.hasPrefix(PledgID.orderPrefix),
            let part = try PledgPart.find(order: transaction.orderID, in: session.sql),
            var scene = try ledger.scene(part.purchaseID, session, service)
        else { return }
        touch()
        switch news.change {
        case .created: try ledger.begun(transaction, part, scene)
        case nil:
            let length = links.withLock { $0 }?.holdMilliseconds(transaction.key.gateway, transaction.amount.currency)
            // What the gateway says of this very payment, or else what it does as a rule.
            try ledger.held(transaction, part, &scene, until: news.heldUntil ?? length.map { news.at + $0 })
        case .performed:
            if news.canBeRefused, try !ledger.counts(news, part, scene) { throw Rejection.orderNotPayable }
            try ledger.paid(news, part, &scene)
        case .duplicate: try ledger.stray(try ledger.attempt(transaction, part, scene), scene)
        case .cancelled, .expired: try ledger.ended(transaction, part, &scene)
        case .refunded, .partlyRefunded, .duplicateRefunded:
            let attempt = try ledger.attempt(transaction, part, scene)
            try ledger.returned(attempt, refunded: transaction.refundedAmount, &scene)
        }
    }
}
