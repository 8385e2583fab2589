import CoreMetrics
import Crypto
import Delivery
import JSONRPC
import Logging
import Payments
import ServiceLifecycle
import Storage

/// Everything with which the server calls the shop: webhooks, and questions about accounts.
struct ShopCaller: Sendable {
    let calls: ServerSettings.ShopCalls
    let webhooks: OutboundClient
    let inquiries: OutboundClient

    init(_ calls: ServerSettings.ShopCalls) {
        self.calls = calls
        let agent = "tiyin/\(TiyinVersion.current)"
        webhooks = OutboundClient(userAgent: agent, limits: .webhook)
        inquiries = OutboundClient(userAgent: agent, limits: .inquiry)
    }

    /// Delivers what is in the outbox for the shop.
    ///
    /// - Parameter purchases: knows what is told of groups' purchases; nil: they are off.
    func runner(
        _ store: Store, clock: TimeSource, wake: Wake, purchases: PledgNews?, registry: PrometheusRegistry,
        logger: Logger
    ) -> OutboxRunner? {
        guard let target = calls.webhook else { return nil }
        let sender = WebhookSender(target: target, signer: calls.signer, client: webhooks, clock: clock)
        return OutboxRunner(
            target: WebhookEvents.target, store: store, clock: clock, wake: wake, rule: .webhooks, logger: logger
        ) { item in
            let metrics = WebhookMetrics(registry: registry)
            do {
                try await sender.send(try await purchases?.message(item) ?? WebhookEvents.message(item))
                metrics.count("delivered")
            } catch {
                metrics.count("failed")
                throw error
            }
        }
    }

    /// Asks the shop about accounts that are no order; nil if it wants no questions.
    func inquiry(_ store: Store, fiscal: SchemaValidator, clock: TimeSource) -> CheckURLInquiry? {
        calls.check.map { target in
            CheckURLInquiry(target: target, signer: calls.signer, client: inquiries, clock: clock, fiscal: fiscal) {
                id in
                try await store.read { try $0.order(id) } != nil
            }
        }
    }

    /// What tells one address from another, without telling it: a path may hold a secret.
    var addressMark: String {
        let hash = SHA256.hash(data: Array((calls.webhook?.url ?? "").utf8))
        return hash.prefix(16).map { String($0, radix: 16) }.joined(separator: ".")
    }

    func shutdown() async {
        await webhooks.shutdown()
        await inquiries.shutdown()
    }
}

extension RetryRule {
    /// The standard's schedule, some of it by chance; a dead letter when the attempts and the time are both used up.
    ///
    /// Both: a receiver that comes and goes uses up attempts faster than the schedule has them.
    static let webhooks = RetryRule(
        sparesReceiver: true,
        givesUp: { attempts, age in
            let schedule = WebhookSchedule.standard
            return attempts >= schedule.attemptsMaximum && age >= schedule.totalMilliseconds
        },
        delay: { attempts in
            let schedule = WebhookSchedule.standard
            var generator = SystemRandomNumberGenerator()
            let last = Int64(schedule.delays.count)
            return schedule.delay(afterAttempts: min(attempts, last), using: &generator) ?? 86_400_000
        })
}

/// How many webhooks were sent, for `/metrics`.
struct WebhookMetrics: Sendable {
    let registry: PrometheusRegistry

    func count(_ outcome: String) {
        registry.makeCounter(label: "tiyin_webhook_attempts_total", dimensions: [("outcome", outcome)]).increment(by: 1)
    }
}

/// Closes the connections to the shop when everything that calls it has stopped.
struct ShopCallerService: Service {
    let caller: ShopCaller

    func run() async throws {
        try? await gracefulShutdown()
        await caller.shutdown()
    }
}
