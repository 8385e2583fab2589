public import Storage

/// A webhook as it is sent, for people who look.
public struct WebhookPreview: Sendable {
    /// The header `webhook-id`.
    public let id: String
    /// The body, JSON.
    public let body: String

    /// Nil for a receiver that gets no webhooks.
    public init?(_ row: DeliveryRow) {
        guard row.target == WebhookEvents.target else { return nil }
        id = WebhookEvents.id(row.item)
        body = String(decoding: WebhookEvents.body(row.item), as: UTF8.self)
    }

    /// The name of the event: `order.paid`.
    public static func type(_ row: DeliveryRow) -> String { WebhookEvents.type(row.item) }
}
