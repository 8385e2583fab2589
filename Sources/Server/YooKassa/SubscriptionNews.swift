import Delivery
import Logging
import Payments
import StrictJSON
import Synchronization
import YooKassa

/// Tells the shop what became of its subscriptions, by a webhook like the others.
///
/// The gateway keeps each event, and tells it again while this throws. The same event always makes the same bytes and the
/// same `webhook-id`.
final class SubscriptionNews: Sendable {
    private let sender: WebhookSender?
    private let clock: TimeSource
    private let metrics: WebhookMetrics
    private let logger: Logger
    /// Until when a shop that did not answer is left alone, milliseconds since 1970: charges wait for no shop.
    private let restUntil = Mutex<Int64>(0)

    /// Milliseconds.
    private static let restMilliseconds: Int64 = 30_000

    /// - Parameter caller: nil, or without an address for webhooks: nobody is told.
    init(_ caller: ShopCaller?, clock: TimeSource, registry: PrometheusRegistry, logger: Logger) {
        sender = caller.flatMap { caller in
            caller.calls.webhook.map {
                WebhookSender(target: $0, signer: caller.calls.signer, client: caller.webhooks, clock: clock)
            }
        }
        self.clock = clock
        metrics = WebhookMetrics(registry: registry)
        self.logger = logger
    }

    /// - Throws: `DeliveryFailure` if the shop did not take it, and it is to be told again.
    @Sendable func tell(_ event: YooKassaSubscriptionEvent) async throws {
        guard let sender else { return }
        let now = clock.now
        let left = restUntil.withLock { $0 } - now
        // A clock that was set back leaves nobody alone for long.
        if left > 0, left <= Self.restMilliseconds {
            throw DeliveryFailure("it did not answer a moment ago", scope: .receiver)
        }
        do {
            try await sender.send(Self.message(event))
            metrics.count("delivered")
        } catch {
            metrics.count("failed")
            guard now - event.at < WebhookSchedule.standard.totalMilliseconds else {
                logger.error(
                    "the shop was not told what became of a subscription, and is not told any more",
                    metadata: ["event": "\(event.kind.rawValue)", "subscription": "\(event.subscription.id)"])
                return
            }
            restUntil.withLock { $0 = now + Self.restMilliseconds }
            throw error
        }
    }

    /// Nothing in it changes after the event.
    static func message(_ event: YooKassaSubscriptionEvent) -> WebhookMessage {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", "subscription.\(event.kind.rawValue)")
        writer.member("timestamp", RFC3339.text(event.at))
        writer.key("data")
        writer.beginObject()
        writer.member("event_id", "subscription-\(event.id)")
        writer.member("subscription_id", event.subscription.id)
        writer.member("user_id", event.subscription.userID)
        writer.member("amount", event.subscription.amount)
        writer.member("period", event.period)
        writer.member("reason", event.reason)
        writer.endObject()
        writer.endObject()
        let parts = ["subscription", "\(event.id)", event.kind.rawValue, event.subscription.id, "\(event.at)"]
        return WebhookMessage(id: WebhookEvents.id(of: parts), body: writer.bytes)
    }
}
