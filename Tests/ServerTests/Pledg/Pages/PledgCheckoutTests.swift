import Click
import Foundation
import NIOHTTP1
import Payme
import Payments
import Pix
import Sandbox
import Storage
import StrictJSON
import TestSupport
import Testing
import YooKassa

@testable import Pledg
@testable import Server

/// The server's own gateways, as a group's pages lead to them.
@Suite("A share is led to its gateway")
struct PledgCheckoutTests {
    private func checkouts(_ running: RunningServer, publicURL: String? = nil) -> PledgServerCheckouts {
        let server = running.server
        return PledgServerCheckouts(
            payLinks: PayLinks(
                payme: server.settings.payme, click: server.settings.click, hooks: PaymentHooks()),
            pix: server.pix, pixPublicURL: publicURL, yookassa: server.yookassa, store: server.store,
            clock: running.clock.source)
    }

    /// A share of an order that is there.
    private func start(
        _ running: RunningServer, _ gateway: String, _ amount: Money, minutes: Int64 = 48 * 60, holds: Bool = false
    ) async throws -> PledgStart {
        let order = Order.oneTime(
            id: "pledg-\(Int.random(in: 0..<1_000_000_000))", amount: amount, description: "Tent",
            createdAt: running.clock.now)
        _ = try await running.server.store.engine.write { try SQLPaymentSession(sql: $0).insert(order) }
        return PledgStart(
            orderID: order.id, amount: amount, title: "Tent", gateway: gateway,
            deadline: running.clock.now + minutes * 60_000, isLastCall: false, wantsHold: holds,
            returnToken: "none")
    }

    @Test("by links, as the merchant API gives them, with the way back")
    func links() async throws {
        let click = ["CLICK_SERVICE_ID": "31", "CLICK_MERCHANT_ID": "46", "CLICK_SECRET_KEY": "a-secret-key"]
        try await RunningServer.with(click) { running in
            let checkouts = checkouts(running)
            #expect(checkouts.name(of: "payme") == "Payme")
            #expect(checkouts.name(of: "click") == "Click")
            #expect(checkouts.name(of: "pix") == nil)
            #expect(checkouts.name(of: "yookassa") == nil)
            #expect(checkouts.name(of: "pledg") == nil)
            let amount = Money(minor: 300_000, currency: .uzs)
            let payme = try await start(running, PaymeGateway.name, amount)
            let back = "https://pay.example/pledg/share/x?lang=fr"
            guard case .elsewhere(let link) = try await checkouts.begin(payme, returnURL: back, .fr) else {
                Issue.record("no link")
                return
            }
            let origin = "https://checkout.paycom.uz/"
            #expect(link.hasPrefix(origin))
            let code = try #require(Data(base64Encoded: String(link.dropFirst(origin.count))))
            let fields = String(decoding: code, as: UTF8.self)
            #expect(fields.contains("ac.order_id=\(payme.orderID)"))
            #expect(fields.contains("a=300000"))
            #expect(fields.contains("l=en"))
            #expect(fields.contains("c=\(back)"))
            let other = try await start(running, ClickGateway.name, amount)
            guard case .elsewhere(let second) = try await checkouts.begin(other, returnURL: nil, .uz) else {
                Issue.record("no link")
                return
            }
            #expect(second.contains("transaction_param=\(other.orderID)"))
            #expect(second.contains("amount=3000"))
            // Another currency, and an order that there is not.
            let wrong = try await start(running, PaymeGateway.name, Money(minor: 1, currency: .eur))
            #expect(try await checkouts.begin(wrong, returnURL: nil, .en) == .refused)
            var none = payme
            none.orderID = "pledg-none"
            #expect(try await checkouts.begin(none, returnURL: nil, .en) == .refused)
        }
    }

    @Test("by Pix: a charge that lives no longer than the group's time, and its page")
    func pix() async throws {
        try await RunningServer.with(PixShop.environment) { running in
            let amount = Money(minor: 3_000, currency: .brl)
            let share = try await start(running, PixGateway.name, amount, minutes: 20)
            let checkouts = checkouts(running)
            guard case .here(let path) = try await checkouts.begin(share, returnURL: nil, .pt) else {
                Issue.record("no page")
                return
            }
            let shop = PixShop(running: running)
            let page = try await shop.get(path, accept: "text/html")
            #expect(page.text.contains("R$\u{A0}30,00"))
            let id = String(try #require(path.split(separator: "/").last))
            let view = try #require(try await running.server.pix?.gateway.charges.find(id))
            #expect(view.charge.expiresAt <= share.deadline)
            #expect(view.transaction.orderID == share.orderID)
            // A second one while the first is open.
            #expect(try await checkouts.begin(share, returnURL: nil, .pt) == .underWay)
            #expect(try await checkouts.resume(view.transaction) == .here(path))
            let outside = self.checkouts(running, publicURL: "https://pix.example")
            #expect(try await outside.resume(view.transaction) == .ours("https://pix.example\(path)"))
        }
    }

    @Test("by YooKassa: a payment is made, taken or held as the group needs it, and comes back to the group's page")
    func yookassa() async throws {
        try await YooKassaScene.with { scene in
            let running = scene.running
            let amount = Money(minor: 30_000, currency: .rub)
            for holds in [false, true] {
                running.clock.advance(milliseconds: 1_100)
                let share = try await start(running, YooKassaGateway.name, amount, holds: holds)
                let checkouts = checkouts(running)
                let back = "https://pay.example/pledg/lead/x?lang=ru"
                guard case .elsewhere(let link) = try await checkouts.begin(share, returnURL: back, .ru) else {
                    Issue.record("no link")
                    return
                }
                #expect(link.hasPrefix("http"))
                #expect(try await checkouts.begin(share, returnURL: back, .ru) == .underWay)
                let id = try await running.server.store.engine.read(.scan) { sql in
                    try sql.first(
                        "SELECT id FROM transactions WHERE order_id = $1", [.text(share.orderID)]
                    ) { $0.integer(0) } ?? nil
                }
                let found = try await running.server.yookassa?.gateway.payments.find(
                    transactionID: try #require(id))
                let view = try #require(found)
                #expect(try await checkouts.resume(view.transaction) == .elsewhere(link))
                let theirs = try #require(view.payment.providerID)
                try scene.yookassa.pay(theirs, by: .card("5555555555554444"))
                await scene.yookassa.deliverDue()
                let isThere = try await scene.becomes(
                    holds ? "waiting_for_capture" : "succeeded", view.payment.id)
                #expect(isThere)
            }
        }
    }
}
