import CoreMetrics
import Delivery
import Logging
import Payments
import Pix
import QRImages
import Specification
import Storage

/// Everything of Pix that the server holds: the gateway, its pages, who watches them, its jobs.
struct PixSite: Sendable {
    let gateway: PixGateway
    let hub: PixPageHub
    let page: PixPage
    let images: QRImageCache
    private let wakes: [PixJob: Wake]

    /// - Throws: `PixSetupError`; ``PixTexts/Flaw`` or a template's error for an embedded file that cannot be used.
    init(
        _ configuration: PixConfiguration, service: TransactionService, store: Store, specifications: Specifications,
        bank: (any PixBank)?, watchersMaximum: Int, registry: any MetricsFactory, logger: Logger
    ) throws {
        let wakes = Dictionary(uniqueKeysWithValues: PixJob.allCases.map { ($0, Wake()) })
        let hub = PixPageHub(watchersMaximum: watchersMaximum)
        let images = QRImageCache()
        gateway = try PixGateway(
            configuration, service: service, store: store, specifications: specifications, bank: bank,
            logger: logger,
            onDue: { wakes[$0]?.raise() }, onChange: { hub.changed($0) },
            onAnomaly: { anomaly in
                registry.makeCounter(label: "tiyin_pix_anomalies_total", dimensions: [("kind", anomaly.rawValue)])
                    .increment(by: 1)
            })
        page = try PixPage(images: images)
        self.hub = hub
        self.images = images
        self.wakes = wakes
    }

    /// What is done again and again.
    var jobs: [Job] {
        [
            Job(name: "pix-charges", wake: wakes[.charges] ?? Wake()) { [charges = gateway.charges] in
                await charges.advanceDue()
            }
        ]
    }
}
