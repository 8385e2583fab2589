import Delivery
import Payments
import Pledg
import Specification
import Storage
import StrictJSON

/// What the shop is told of a group's purchase, beyond what every event has.
///
/// State and amounts are those of the event. Addresses and links are those of the moment at which it is sent: a member
/// may have been replaced since. No share stands in it.
///
/// Source: pledg.md 7
struct PledgNews: Sendable {
    let gateway: PledgGateway
    let paths: PledgPaths

    /// What is looked up for a message.
    struct Detail: Sendable {
        var view: PledgPurchaseView
        var paths: PledgPaths
        /// Nil: they go by e-mail, or nobody needs them any more.
        var links: [PledgMemberLink]?
    }

    /// - Throws: `StorageFailure`: it is told again.
    func message(_ item: OutboxItem) async throws -> WebhookMessage {
        guard [.group, .secured].contains(item.topic),
            let id = PledgGateway.purchaseID(of: item.event.transaction.key), let view = try await gateway.view(id)
        else { return WebhookEvents.message(item) }
        var detail = Detail(view: view, paths: paths)
        let isOpen = item.topic == .secured || item.event.change == .created
        if isOpen, view.state == .initialized, !gateway.configuration.sendsMail {
            detail.links = try await gateway.links(id)
        }
        return WebhookMessage(id: WebhookEvents.id(item), body: WebhookEvents.body(item, detail))
    }
}

extension PledgNews.Detail {
    /// When the event happened, milliseconds since 1970.
    func time(_ item: OutboxItem) -> Int64 {
        item.topic == .secured ? view.fundedAt ?? item.event.at : item.event.at
    }
}

extension WebhookEvents {
    /// The member `purchase` of an event about one; of other events nothing.
    static func purchase(_ item: OutboxItem, _ detail: PledgNews.Detail?, to writer: inout JSONWriter) {
        guard [.group, .secured].contains(item.topic),
            let id = PledgGateway.purchaseID(of: item.event.transaction.key)
        else { return }
        let (transaction, change) = (item.event.transaction, item.event.change)
        writer.key("purchase")
        writer.beginObject()
        writer.member("id", id)
        let isCover = PledgGateway.isCover(transaction.key)
        writer.member("state", isCover ? PledgSpecification.State.failed.rawValue : state(item.topic, change).rawValue)
        writer.member("reference", transaction.orderID)
        writer.member("amount", transaction.amount)
        writer.member("refunded", Money(minor: transaction.refundedAmount, currency: transaction.amount.currency))
        if let detail {
            writer.member("page_url", detail.paths.leader(detail.view.pageToken))
            PledgJSON.emails(detail.view, to: &writer)
            writer.member("funded_at", item.topic == .group && change == .created ? nil : detail.view.fundedAt)
            if change == .cancelled || change == .expired {
                writer.member("reason", detail.view.reason?.word)
                writer.member("settlement", detail.view.settlement?.rawValue)
            }
            if let links = detail.links { PledgJSON.links(links, detail.paths, to: &writer) }
        }
        writer.endObject()
    }

    private static func state(_ topic: EventTopic, _ change: TransactionChange) -> PledgSpecification.State {
        if topic == .secured { return .initialized }
        return switch change {
        case .created: .initialized
        case .cancelled, .expired: .failed
        case .performed, .duplicate, .refunded, .partlyRefunded, .duplicateRefunded: .successfull
        }
    }
}
