import CoreMetrics
import Delivery
import Logging
import Payments
import ServiceLifecycle
import Specification
import Storage
import YooKassa

/// Everything of YooKassa that the server holds: the gateway, its connections, its jobs, the page payers come back to.
struct YooKassaSite: Sendable {
    let gateway: YooKassaGateway
    let client: YooKassaClient
    let page: YooKassaPage
    let comparison = Comparison<YooKassaReconciliation.Report>()
    private let wakes: [YooKassaJob: Wake]
    private let registry: any MetricsFactory

    /// - Parameter onSubscription: told of what became of a subscription until it does not throw.
    /// - Throws: `YooKassaSetupError`; `PixTexts.Flaw` or a template's error for an embedded file that cannot be used.
    init(
        _ configuration: YooKassaConfiguration, _ credentials: YooKassaCredentials, service: TransactionService,
        store: Store, specifications: Specifications, clock: TimeSource, registry: any MetricsFactory, logger: Logger,
        onSubscription: @escaping @Sendable (YooKassaSubscriptionEvent) async throws -> Void
    ) throws {
        let wakes = Dictionary(uniqueKeysWithValues: YooKassaJob.allCases.map { ($0, Wake()) })
        client = YooKassaClient(credentials, specifications.yookassa, clock: clock)
        gateway = try YooKassaGateway(
            configuration, service: service, store: store, specifications: specifications, provider: client,
            logger: logger, onDue: { wakes[$0]?.raise() },
            onAnomaly: { anomaly in
                registry.makeCounter(
                    label: "tiyin_yookassa_anomalies_total", dimensions: [("kind", anomaly.rawValue)]
                ).increment(by: 1)
            }, onSubscription: onSubscription)
        page = try YooKassaPage()
        self.wakes = wakes
        self.registry = registry
    }

    /// Calls a payment off at YooKassa and here, on the merchant's word.
    ///
    /// - Returns: the transaction as it stands then; nil if it is none of ours.
    /// - Throws: ``Problem`` if it cannot be called off now.
    func withdraw(_ transaction: Transaction) async throws -> Transaction? {
        guard transaction.key.gateway == YooKassaGateway.name,
            let view = try await gateway.payments.find(transactionID: transaction.id)
        else { return nil }
        switch try await gateway.payments.cancel(view.payment.id, actor: MerchantRoutes.actor) {
        case nil: return nil
        // What YooKassa did not answer is asked again: it shows on the transaction.
        case .failure(.unanswered), .failure(.busy):
            return try await gateway.payments.find(view.payment.id)?.transaction
        // Paid meanwhile, and not to be given back.
        case .failure: throw Problem.performed
        case .success(let ended): return ended.transaction
        }
    }

    /// Has every job look at once what is due.
    func wakeJobs() { for wake in wakes.values { wake.raise() } }

    /// What is done again and again.
    var jobs: [Job] {
        YooKassaJob.allCases.map { job in
            Job(name: "yookassa-\(job.rawValue)", wake: wakes[job] ?? Wake()) { [self] in
                let pause = await gateway.advance(job)
                if job == .reconciliation { await showDifferences() }
                return pause
            }
        }
    }

    /// How many differences to YooKassa's lists are open, for `/metrics`.
    func showDifferences() async {
        guard let open = try? await gateway.reconciliation.countDifferences() else { return }
        registry.makeMeter(label: "tiyin_yookassa_differences", dimensions: []).set(open)
    }
}

/// Looks once whose key it is, and closes the connections to YooKassa when everything else has stopped.
struct YooKassaService: Service {
    let site: YooKassaSite
    let logger: Logger
    /// Whether this server plays YooKassa itself, as the sandbox does: then there is nothing to be found out, and it does
    /// not answer yet.
    let isPlayedHere: Bool

    func run() async throws {
        // Beside the start, not before it: payments are taken whatever YooKassa answers.
        let look = Task { if !isPlayedHere { await lookAtShop() } }
        try? await gracefulShutdown()
        look.cancel()
        await look.value
        await site.client.close()
    }

    private func lookAtShop() async {
        do {
            let shop = try await site.client.shop(.background)
            let expected = site.gateway.configuration.shopID
            guard shop.accountID != expected else { return }
            logger.error(
                "YooKassa says that the key is another shop's: correct yookassa.shop_id or yookassa.secret_key",
                metadata: ["shop": "\(shop.accountID)", "expected": "\(expected)"])
        } catch .unauthorized {
            logger.error(
                "YooKassa does not take the shop's id and key: correct yookassa.shop_id or yookassa.secret_key")
        } catch {
            logger.warning("YooKassa was not reached at the start", metadata: ["error": "\(error.description)"])
        }
    }
}
