import CoreMetrics
import Delivery
import Logging
import Payments
import Pledg
import Storage

/// Everything of Pledg that the server holds: the gateway, where its pages are, its jobs.
struct PledgSite: Sendable {
    let gateway: PledgGateway
    let paths: PledgPaths
    private let store: Store
    private let wakes: [PledgJob: Wake]
    private let registry: any MetricsFactory
    private let logger: Logger

    /// How long the start waits for gateways that are asked about what is overdue, seconds.
    private static let catchUpSeconds: Int64 = 20

    /// - Parameters:
    ///   - listener: one of the service's observers.
    ///   - mailer: nil: the merchant's webhook carries the links.
    /// - Throws: `PledgSetupError`.
    init(
        _ listener: PledgListener, money: PledgMoney, service: TransactionService, store: Store, paths: PledgPaths,
        mailer: (any PledgMailer)?, registry: any MetricsFactory, logger: Logger
    ) throws {
        let wakes = Dictionary(uniqueKeysWithValues: PledgJob.allCases.map { ($0, Wake()) })
        gateway = try PledgGateway(
            listener, service: service, store: store, money: money, mailer: mailer, logger: logger,
            onDue: { wakes[$0]?.raise() },
            onAnomaly: { anomaly in
                registry.makeCounter(label: "tiyin_pledg_anomalies_total", dimensions: [("kind", anomaly.rawValue)])
                    .increment(by: 1)
            })
        self.paths = paths
        self.store = store
        self.wakes = wakes
        self.registry = registry
        self.logger = logger
    }

    /// Calls a purchase off on the merchant's word.
    ///
    /// - Returns: the transaction as it stands then; nil if it is none of ours.
    func withdraw(_ transaction: Transaction) async throws -> Transaction? {
        guard let id = PledgGateway.purchaseID(of: transaction.key) else { return nil }
        switch try await gateway.cancel(id, actor: MerchantRoutes.actor) {
        // It came to its end meanwhile: that shows on the transaction.
        case .success, .failure: return try await store.read { try $0.transaction(id: transaction.id) }
        }
    }

    // MARK: Jobs

    /// Has every job look at once what is due.
    func wakeJobs() { for wake in wakes.values { wake.raise() } }

    /// What is done again and again.
    var jobs: [Job] {
        PledgJob.allCases.map { job in
            Job(name: "pledg-\(job.rawValue)", wake: wakes[job] ?? Wake()) { [self] in
                let pause = await gateway.advance(job)
                if job == .purchases { await showOpen() }
                return pause
            }
        }
    }

    /// What is overdue is closed before the server takes calls. A gateway that does not answer keeps nobody from
    /// starting: the job goes on with it.
    ///
    /// Source: pledg.md 9.33
    func catchUp() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [gateway, logger] in
                do {
                    try await gateway.renewLinks()
                } catch {
                    logger.error("links cannot be renewed", metadata: ["error": "\(type(of: error))"])
                }
                _ = await gateway.advance(.purchases)
            }
            group.addTask { try? await Task.sleep(for: .seconds(Self.catchUpSeconds)) }
            await group.next()
            group.cancelAll()
        }
    }

    /// How many purchases have not come to their end, for `/metrics`.
    private func showOpen() async {
        guard let open = try? await PledgGateway.countOpen(store) else { return }
        registry.makeMeter(label: "tiyin_pledg_purchases_open", dimensions: []).set(open)
    }
}
