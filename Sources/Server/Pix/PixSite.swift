import CoreMetrics
import Delivery
import Logging
import Payments
import Pix
import QRImages
import ServiceLifecycle
import Specification
import Storage

/// Everything of Pix that the server holds: the gateway, its pages, who watches them, its jobs.
struct PixSite: Sendable {
    let gateway: PixGateway
    let hub: PixPageHub
    let page: PixPage
    let images: QRImageCache
    /// Nil: provider `static`.
    let bank: InterBank?
    private let wakes: [PixJob: Wake]

    /// - Throws: `PixSetupError`; ``PixTexts/Flaw`` or a template's error for an embedded file that cannot be used.
    init(
        _ configuration: PixConfiguration, service: TransactionService, store: Store, specifications: Specifications,
        inter: InterConfiguration?, clock: TimeSource, watchersMaximum: Int, registry: any MetricsFactory,
        logger: Logger
    ) throws {
        let wakes = Dictionary(uniqueKeysWithValues: PixJob.allCases.map { ($0, Wake()) })
        let hub = PixPageHub(watchersMaximum: watchersMaximum)
        let images = QRImageCache()
        bank = inter.map { InterBank($0, specification: specifications.pix, clock: clock) }
        gateway = try PixGateway(
            configuration, service: service, store: store, specifications: specifications, bank: bank,
            logger: logger,
            onDue: { wakes[$0]?.raise() }, onChange: { [weak hub] in hub?.changed($0) },
            onAnomaly: { anomaly in
                registry.makeCounter(label: "tiyin_pix_anomalies_total", dimensions: [("kind", anomaly.rawValue)])
                    .increment(by: 1)
            })
        page = try PixPage(images: images)
        hub.tellTurnedAway { bound, isFirst in
            registry.makeCounter(label: "tiyin_pix_pages_turned_away_total", dimensions: [("bound", bound.rawValue)])
                .increment(by: 1)
            // Once: who opens pages again and again would fill the log. The counter has the rest.
            guard isFirst else { return }
            logger.warning(
                "too many pages of Pix are open: one gets no live events and asks every few seconds instead",
                metadata: ["bound": "\(bound.rawValue)"])
        }
        hub.tellOpenPages { [charges = gateway.charges] in charges.watch($0) }
        self.hub = hub
        self.images = images
        self.wakes = wakes
    }

    /// Calls a charge off at the bank and here, on the merchant's word.
    ///
    /// - Returns: the transaction as it stands then; nil if it is none of ours.
    func withdraw(_ transaction: Transaction) async throws -> Transaction? {
        guard transaction.key.gateway == PixGateway.name,
            let view = try await gateway.charges.find(transactionID: transaction.id)
        else { return nil }
        return try await gateway.charges.cancel(view.charge.id, actor: MerchantRoutes.actor)?.transaction
    }

    /// Has every job look at once what is due.
    func wakeJobs() { for wake in wakes.values { wake.raise() } }

    /// What is done again and again.
    var jobs: [Job] {
        PixJob.allCases.map { job in
            Job(name: "pix-\(job.rawValue)", wake: wakes[job] ?? Wake()) { [gateway] in await gateway.advance(job) }
        }
    }
}

/// Closes the connections to the bank when everything else has stopped.
struct BankService: Service {
    let bank: InterBank

    func run() async throws {
        try? await gracefulShutdown()
        await bank.shutdown()
    }
}
