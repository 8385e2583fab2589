import Crypto
import Delivery
import Foundation
import Payments
import Storage
import StrictJSON

/// What the shop is told of a change, as Standard Webhooks 1.0 wants it.
///
/// The same delivery always makes the same bytes: a receiver may compare them. Of a group's purchase ``PledgNews`` adds
/// what may change.
enum WebhookEvents {
    /// The receiver of the outbox that stands for `merchant.webhook_url`.
    static let target = "webhook"

    /// The name of the event.
    static func type(_ item: OutboxItem) -> String {
        switch item.topic {
        case .transaction: break
        case .order: return "order.paid"
        case .secured: return "purchase.funded"
        case .group: return purchase(item.event.change)
        }
        return switch item.event.change {
        case .created: "transaction.created"
        case .performed: "transaction.performed"
        case .cancelled, .expired: "transaction.cancelled"
        case .refunded, .partlyRefunded: "transaction.refunded"
        case .duplicate: "transaction.duplicate"
        case .duplicateRefunded: "transaction.duplicate_refunded"
        }
    }

    /// The seed spells the third so.
    private static func purchase(_ change: TransactionChange) -> String {
        switch change {
        case .created: "purchase.initialized"
        case .performed, .duplicate: "purchase.successfull"
        case .cancelled, .expired: "purchase.failed"
        case .refunded, .partlyRefunded, .duplicateRefunded: "purchase.refunded"
        }
    }

    static func message(_ item: OutboxItem) -> WebhookMessage {
        WebhookMessage(id: id(item), body: body(item))
    }

    /// - Parameter detail: of a group's purchase; nil: the event's own words are enough.
    static func body(_ item: OutboxItem, _ detail: PledgNews.Detail? = nil) -> [UInt8] {
        let event = item.event
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", type(item))
        writer.member("timestamp", RFC3339.text(detail?.time(item) ?? event.at))
        writer.key("data")
        writer.beginObject()
        writer.member("event_id", String(event.id))
        writer.member("change", event.change.rawValue)
        writer.member("order_id", event.transaction.orderID)
        writer.key("transaction")
        writer.beginObject()
        MerchantJSON.transaction(event.transaction, to: &writer)
        writer.endObject()
        purchase(item, detail, to: &writer)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    /// The same for every attempt, and for no other event: also not for one that a database brought back from a backup
    /// gives the same number.
    static func id(_ item: OutboxItem) -> String {
        let (event, key) = (item.event, item.event.transaction.key)
        var parts = [
            item.topic.rawValue, String(event.id), event.change.rawValue, String(event.at), key.gateway, key.cashbox,
            key.externalID,
        ]
        // Told again whenever a link is replaced, beside the same line of the journal.
        if item.topic == .secured { parts += [String(item.id), String(item.createdAt)] }
        return id(of: parts)
    }

    /// - Parameter parts: what tells the message from every other one.
    static func id(of parts: [String]) -> String {
        // With their lengths: no two lists of parts make the same text.
        let text = parts.map { "\($0.utf8.count):\($0)" }.joined()
        let hash = SHA256.hash(data: Array(text.utf8))
        return "msg_"
            + hash.prefix(15).map { byte in
                let hex = String(byte, radix: 16)
                return hex.count == 1 ? "0" + hex : hex
            }.joined()
    }
}

/// Times as RFC 3339 writes them, to the millisecond: `2026-11-21T10:30:00.250Z`.
enum RFC3339 {
    /// - Parameter milliseconds: since 1970 UTC.
    static func text(_ milliseconds: Int64) -> String {
        let seconds = milliseconds >= 0 ? milliseconds / 1_000 : (milliseconds - 999) / 1_000
        let rest = milliseconds - seconds * 1_000
        let whole = Date(timeIntervalSince1970: TimeInterval(seconds)).ISO8601Format(.iso8601(timeZone: .gmt))
        let fraction = String(1_000 + rest).dropFirst()
        return "\(whole.hasSuffix("Z") ? String(whole.dropLast()) : whole).\(fraction)Z"
    }
}
