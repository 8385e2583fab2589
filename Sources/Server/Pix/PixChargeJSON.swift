import Foundation
import Payments
import Pix
import StrictJSON

/// How a charge is written for programs: the seed's names first, then what else they need. Times are milliseconds since
/// 1970 UTC where a name does not say otherwise.
struct PixChargeJSON {
    let view: PixChargeView
    /// What the links begin with, up to and including `/payments/pix`.
    let base: String
    /// By the server's clock, milliseconds since 1970.
    let now: Int64

    /// What the merchant gets.
    func merchant(message: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("message", message)
        writer.key("payment")
        writer.beginObject()
        members(to: &writer)
        writer.member("order_id", view.transaction.orderID)
        writer.member("transaction_id", String(view.transaction.id))
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    /// What everybody gets who has the link.
    ///
    /// - Parameter html: the page's part that shows the charge; nil: none.
    func payer(html: String? = nil) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        members(to: &writer)
        writer.member("version", PixPage.version(view))
        writer.member("now", now)
        if let html { writer.member("html", html) }
        writer.endObject()
        return writer.bytes
    }

    private func members(to writer: inout JSONWriter) {
        let (charge, transaction) = (view.charge, view.transaction)
        writer.member("id", charge.id)
        writer.key("amount")
        // Its digits, never a binary fraction.
        writer.number(transaction.amount.decimal)
        writer.key("paid")
        writer.bool(view.status == .paid)
        writer.member("bank_payment_id", charge.txid)
        // Nobody is sent to pay what is paid, over, or called off.
        let code = view.isPayable(at: now) ? charge.code : nil
        writer.member("qr_code", code == nil ? nil : "\(charge.id).png")
        writer.member("expiration_date", Self.utc(charge.expiresAt))
        writer.member("status", view.status.rawValue)
        writer.member("txid", charge.txid)
        writer.member("currency", transaction.amount.currency.code)
        writer.member("copia_e_cola", code)
        writer.member("description", charge.payerNote)
        writer.key("refunded")
        writer.number(Money(minor: transaction.refundedAmount, currency: transaction.amount.currency).decimal)
        writer.member("created_at", charge.createdAt)
        writer.member("expires_at", charge.expiresAt)
        writer.key("links")
        writer.beginObject()
        writer.member("page", "\(base)/\(charge.id)")
        if code != nil {
            writer.member("png", "\(base)/qr_code/\(charge.id).png")
            writer.member("svg", "\(base)/qr_code/\(charge.id).svg")
        }
        writer.member("events", "\(base)/\(charge.id)/events")
        writer.endObject()
    }

    /// `2026-11-21T11:20:00Z`
    static func utc(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: TimeInterval(milliseconds / 1_000)).ISO8601Format()
    }
}

extension PixChargeView {
    /// Whether its code may be shown.
    ///
    /// - Parameter now: milliseconds since 1970.
    func isPayable(at now: Int64) -> Bool { isOffered && now <= charge.expiresAt }

    /// The same, but for the time.
    var isOffered: Bool {
        guard status == .pending, charge.cancelledBy == nil, !isUnderpaid else { return false }
        return switch charge.standing {
        case .local, .unsent, .active: true
        case .completed, .removed, .removedByBank, .rejected: false
        }
    }
}
