import Payments
import Pledg
import Specification
import StrictJSON

/// How the merchant sees a purchase: nothing of shares.
///
/// Source: pledg.md 1 (S7), 7
enum PledgJSON {
    static func purchase(_ view: PledgPurchaseView, _ paths: PledgPaths) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("id", view.id)
        writer.member("state", view.state.rawValue)
        writer.member("page_url", paths.leader(view.pageToken))
        emails(view, to: &writer)
        writer.member("reference", view.reference)
        writer.member("amount", view.amount)
        writer.member("refunded", Money(minor: view.refundedAmount, currency: view.amount.currency))
        writer.member("reason", view.reason?.word)
        writer.member("settlement", view.settlement?.rawValue)
        writer.member("created_at", view.createdAt)
        writer.member("funded_at", view.fundedAt)
        writer.member("expires_at", view.expiresAt)
        writer.member("ended_at", view.endedAt)
        writer.endObject()
        return writer.bytes
    }

    static func emails(_ view: PledgPurchaseView, to writer: inout JSONWriter) {
        writer.key("pledger_emails")
        writer.value(.array(view.pledgerEmails.map { .string($0) }))
    }

    static func links(_ links: [PledgMemberLink], _ paths: PledgPaths, to writer: inout JSONWriter) {
        writer.key("links")
        writer.beginArray()
        for link in links {
            writer.beginObject()
            writer.member("email", link.email)
            writer.member("role", link.isLeader ? "leader" : "pledger")
            writer.member("url", paths.link(link))
            writer.endObject()
        }
        writer.endArray()
    }
}

extension PledgSpecification.Reason {
    /// As the merchant reads it.
    var word: String {
        switch self {
        case .abandoned: "abandoned"
        case .unpaid: "unpaid"
        case .cancelled: "cancelled"
        case .captureFailed: "capture_failed"
        case .holdLost: "hold_lost"
        case .refunded: "refunded"
        }
    }
}
