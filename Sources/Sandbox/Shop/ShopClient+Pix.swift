import Foundation
import StrictJSON

extension ShopClient {
    /// Makes a charge for an order, as a shop would.
    /// - Returns: whether the server made it, the bank's answer may come later.
    func charge(_ order: ShopOrder, at desk: PixDesk) async -> Bool {
        guard let amount = order.amount, amount.currency == Amount.brl else { return false }
        let body: JSONValue = ["amount": .string(amount.decimal), "order_id": .string(order.id)]
        let answer = await desk.making(order.id) {
            await tell(
                "/payments/pix", body, order: order.id, key: UUID().uuidString.lowercased(),
                Words(good: "say_charge_made", later: "say_charge_waits", refused: "say_charge_refused"))
        }
        guard let payment = answer?["payment"], let txid = payment["txid"]?.stringValue else { return false }
        desk.note(
            txid, order: order.id, page: payment["links"]?["page"]?.stringValue.map(Self.path),
            transaction: payment["transaction_id"]?.stringValue.flatMap { Int64($0) })
        return true
    }

    /// Calls a charge off.
    func cancel(_ transaction: Int64, order: String) async -> Bool {
        await tell(
            "/transactions/\(transaction)/cancel", [:], order: order,
            Words(good: "say_charge_cancelled", refused: "say_cancel_refused")) != nil
    }

    /// Sends money; the same payout again is sent once.
    func send(_ payout: PixShopPayout) async -> Bool {
        await tell(
            "/pix/payments", payout.body, order: nil,
            Words(good: "say_payout_made", refused: "say_payout_refused")) != nil
    }

    /// The part of an address behind its host.
    static func path(_ url: String) -> String {
        guard let scheme = url.range(of: "://") else { return url }
        return url[scheme.upperBound...].firstIndex(of: "/").map { String(url[$0...]) } ?? "/"
    }
}
