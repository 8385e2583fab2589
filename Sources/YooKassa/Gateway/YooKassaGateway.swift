public import Logging
public import Payments
public import Specification
public import Storage

/// Payments through YooKassa's API v3: asked for, confirmed, taken, given back, repeated by subscription.
///
/// Source: yookassa.md
public struct YooKassaGateway: Sendable {
    /// The name under which transactions of this gateway are stored.
    public static let name = "yookassa"

    /// As it was at the start.
    public let configuration: YooKassaConfiguration
    /// What payers are asked for.
    public let payments: YooKassaPayments
    /// What goes back to them.
    public let refunds: YooKassaRefunds
    /// Receipts that are made apart.
    public let receipts: YooKassaReceipts
    /// What YooKassa sends.
    public let notices: YooKassaNotices
    /// What is charged again and again.
    public let subscriptions: YooKassaSubscriptions
    /// The daily comparison.
    public let reconciliation: YooKassaReconciliation
    private let context: YooKassaContext

    /// - Parameters:
    ///   - onDue: called when a job has something to do at once.
    ///   - onChange: called with the payment's id after something that is shown was committed.
    ///   - onAnomaly: told of what somebody should look at.
    ///   - onSubscription: told of what became of a subscription, once at least: what it throws is told again.
    ///   - jitter: makes a pause a little longer or shorter, milliseconds.
    /// - Throws: ``YooKassaSetupError`` if the documents, the configuration and the program do not fit.
    public init(
        _ configuration: YooKassaConfiguration, service: TransactionService, store: Store,
        specifications: Specifications, provider: any YooKassaProvider, logger: Logger,
        onDue: @escaping @Sendable (YooKassaJob) -> Void = { _ in },
        onChange: @escaping @Sendable (String) -> Void = { _ in },
        onAnomaly: @escaping @Sendable (YooKassaAnomaly) -> Void = { _ in },
        onSubscription: @escaping @Sendable (YooKassaSubscriptionEvent) async throws -> Void = { _ in },
        jitter: @escaping @Sendable (Int64) -> Int64 = YooKassaGateway.tenth
    ) throws {
        self.configuration = configuration
        context = YooKassaContext(
            configuration: configuration, specification: specifications.yookassa,
            reasons: try Self.reasons(specifications), service: service, store: store, provider: provider,
            logger: logger, jitter: jitter, onDue: onDue, onChange: onChange, onAnomaly: onAnomaly)
        let settlement = YooKassaSettlement(context: context)
        let refundSettlement = YooKassaRefundSettlement(context: context)
        refunds = YooKassaRefunds(context, refundSettlement)
        payments = YooKassaPayments(context, settlement, refunds)
        receipts = YooKassaReceipts(context)
        notices = YooKassaNotices(
            context, settlement, refundSettlement,
            try YooKassaSenders(configuration.senders ?? specifications.yookassa.senders))
        subscriptions = YooKassaSubscriptions(context, payments, tell: onSubscription)
        reconciliation = YooKassaReconciliation(context, settlement, refundSettlement)
    }

    /// One round of a job, for the server's job runner: how long nothing will be to do, milliseconds.
    public func advance(_ job: YooKassaJob) async -> Int64 {
        switch job {
        case .payments: await payments.advanceDue()
        case .notices: await notices.advanceDue()
        case .refunds: await refunds.advanceDue()
        case .receipts: await receipts.advanceDue()
        case .subscriptions: await subscriptions.advanceDue()
        case .reconciliation: await reconciliation.advanceDue()
        }
    }

    /// What somebody should look at, the latest first.
    public func anomalies(limit: Int64 = 100) async throws -> [YooKassaAnomalyRecord] {
        try await Self.anomalies(in: context.store, limit: limit)
    }

    /// The same, of a database without a gateway.
    ///
    /// - Throws: `StorageFailure`.
    public static func anomalies(in store: Store, limit: Int64 = 100) async throws -> [YooKassaAnomalyRecord] {
        try await store.engine.read(.scan) { try YooKassaAnomalyRecord.all(limit: limit, in: $0) }
    }

    /// How many refunds are under way, and how many subscriptions are charged by and by, of a database without a
    /// gateway: nobody looks after them while YooKassa is off.
    ///
    /// - Throws: `StorageFailure`.
    public static func unattended(in store: Store) async throws -> (refunds: Int64, subscriptions: Int64) {
        try await store.engine.read(.scan) { sql in
            func count(_ table: String) throws -> Int64 {
                try sql.first("SELECT count(*) FROM \(table) WHERE due_at IS NOT NULL", []) { $0.integer(0) ?? 0 } ?? 0
            }
            return (try count("yookassa_refunds"), try count("yookassa_subscriptions"))
        }
    }

    /// A tenth more or less, at random.
    public static let tenth: @Sendable (Int64) -> Int64 = { pause in pause + Int64.random(in: -pause / 10...pause / 10)
    }

    private static func reasons(
        _ specifications: Specifications
    ) throws -> [YooKassaSpecification.Reason: Int64] {
        var numbers: [YooKassaSpecification.Reason: Int64] = [:]
        for (reason, name) in specifications.yookassa.reasons {
            guard let found = specifications.transaction.reason(named: name) else {
                throw YooKassaSetupError("transaction.yaml has no reason named \(name)")
            }
            numbers[reason] = Int64(found.number)
        }
        return numbers
    }
}
