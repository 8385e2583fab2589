import Payments
import Pix
import Sandbox
import Specification
import Storage
import TestSupport
import Testing

/// The gateway, its client and a simulated bank that was written from the fact sheet by somebody else, over real HTTP.
@Suite("With a simulated bank")
struct SimulatedBankTests {
    private struct Scene {
        let shop: TestStore
        let gateway: PixGateway
        let bank: PixBankSandbox
        let client: InterBank

        /// Every job, again and again, while the clock goes on.
        func goOn(rounds: Int = 6) async {
            for _ in 0..<rounds {
                shop.clock.advance(milliseconds: 61_000)
                for job in PixJob.allCases { _ = await gateway.advance(job) }
            }
        }
    }

    private func play(_ body: (Scene) async throws -> Void) async throws {
        let shop = try await TestStore(migrations: PixGateway.migrations)
        let clock = shop.clock
        let bank = PixBankSandbox(
            PixBankConfiguration(clientID: "c", clientSecret: "s", keys: [Till.key])
        ) { clock.now }
        let specifications = try Specifications.load()
        try await bank.serving { url in
            let client = InterBank(
                InterConfiguration(clientID: "c", clientSecret: "s", baseURL: url, tls: nil, deadlineSeconds: 2),
                specification: specifications.pix, clock: clock.source)
            let configuration = PixConfiguration(
                key: try PixKey(Till.key), merchant: try BRCodeMerchant(name: "Loja", city: "Recife"),
                provider: .inter)
            let gateway = try PixGateway(
                configuration, service: shop.service, store: shop.store, specifications: specifications,
                bank: client, logger: .silent)
            do {
                try await body(Scene(shop: shop, gateway: gateway, bank: bank, client: client))
            } catch {
                await client.shutdown()
                throw error
            }
            await client.shutdown()
        }
        await shop.close()
    }

    @Test("what the bank was forced to give back of an old payment is in its list of what went back, and nothing else")
    func forcedLater() async throws {
        try await play { scene in
            var ids: [String] = []
            for _ in 0..<2 {
                let view = try await scene.gateway.charges.create(PixChargeRequest(amount: 5_000)).get()
                try scene.bank.pay(txid: view.charge.txid)
                _ = try await scene.gateway.charges.step(view.charge.id)
                ids.append(view.charge.id)
            }
            let day: Int64 = 86_400_000
            scene.shop.clock.advance(milliseconds: 20 * day)
            let payment = try #require(scene.bank.receipts.first)
            #expect(scene.bank.forceRefund(payment.endToEndID) != nil)
            let now = scene.shop.clock.now
            let page = try await scene.client.paymentsGivenBack((now - 30 * day)...now, page: 0)
            #expect(page.items.map(\.e2eID) == [payment.endToEndID])
            #expect(!page.hasMore)
            _ = await scene.gateway.advance(.reconciliation)
            #expect(try await scene.gateway.charges.find(ids[0])?.status == .refunded)
            #expect(try await scene.gateway.charges.find(ids[1])?.status == .paid)
        }
    }

    @Test("a charge is paid, told of, given back in two parts, and money is sent")
    func wholeStory() async throws {
        try await play { scene in
            let receiver = try await HTTPReceiver { _ in .answer(200) }
            try await scene.client.registerWebhook(receiver.url + "/secret", for: try PixKey(Till.key))
            let view = try await scene.gateway.charges.create(PixChargeRequest(amount: 12_345)).get()
            let code = try BRCode(try #require(view.charge.code))
            guard case .location = code.account else {
                Issue.record("no dynamic code")
                return
            }
            try scene.bank.pay(txid: view.charge.txid)
            await scene.bank.deliverDue()
            let notice = try #require(receiver.requests.first)
            #expect(notice.uri == "/secret/pix")
            #expect(await scene.gateway.notices.take(notice.body).news == 1)
            _ = await scene.gateway.notices.advanceDue()
            let paid = try #require(try await scene.gateway.charges.find(view.charge.id))
            #expect(paid.status == .paid)
            let part = Money(minor: 2_345, currency: .brl)
            _ = try await scene.gateway.refunds.request(paid.transaction, amount: part, actor: "merchant").get()
            await scene.goOn()
            let after = try #require(try await scene.gateway.charges.find(view.charge.id))
            #expect(after.transaction.refundedAmount == 2_345)
            _ = try await scene.gateway.refunds.request(after.transaction, actor: "merchant").get()
            await scene.goOn()
            #expect(try await scene.gateway.charges.find(view.charge.id)?.status == .refunded)
            let payouts = scene.gateway.payouts
            _ = try await payouts.create(
                amount: 101, key: try PixKey("fulano@example.com"), description: nil, reference: "r", actor: "merchant"
            ).get()
            await scene.goOn()
            #expect(try await payouts.find("r")?.state == .performed)
            #expect(scene.bank.payouts.count == 1)
            #expect(scene.bank.tokensIssued == 4)
            // The receiver does not want it.
            scene.bank.returnPayout(try #require(scene.bank.payouts.first?.code))
            scene.shop.clock.advance(hours: 25)
            await scene.goOn(rounds: 1)
            #expect(try await payouts.find("r")?.state == .cancelledAfterPerform)
            await receiver.stop()
        }
    }

    @Test("whatever goes wrong with the offer, there is one charge at the bank in the end")
    func faults() async throws {
        let faults: [PixBankFault] = [
            .lost, .dropped, .failedAfter(500), .refused(503), .broken, .redirect, .tooMany, .tokenForgotten, .noCode,
        ]
        for fault in faults {
            try await play { scene in
                scene.bank.fail(.putCharge, with: fault, fault)
                let view = try await scene.gateway.charges.create(
                    PixChargeRequest(amount: 500, expirySeconds: 3_600)
                ).get()
                await scene.goOn()
                let charge = try #require(try await scene.gateway.charges.find(view.charge.id)).charge
                #expect(charge.standing == .active, "\(fault)")
                #expect(charge.code != nil, "\(fault)")
                #expect(scene.bank.charges.count == 1, "\(fault)")
            }
        }
    }

    @Test("whatever goes wrong with a refund or a payout, money leaves once")
    func moneyFaults() async throws {
        for fault in [PixBankFault.lost, .dropped, .failedAfter(504), .refused(500), .broken] {
            try await play { scene in
                let view = try await scene.gateway.charges.create(PixChargeRequest(amount: 500)).get()
                try scene.bank.pay(txid: view.charge.txid)
                let paid = try #require(try await scene.gateway.charges.step(view.charge.id))
                scene.bank.fail(.requestRefund, with: fault, fault)
                scene.bank.fail(.sendPayout, with: fault, fault)
                _ = try await scene.gateway.refunds.request(paid.transaction, actor: "merchant").get()
                _ = try await scene.gateway.payouts.create(
                    amount: 7, key: try PixKey("fulano@example.com"), description: nil, reference: "r", actor: "m"
                ).get()
                await scene.goOn(rounds: 8)
                #expect(try await scene.gateway.charges.find(view.charge.id)?.status == .refunded, "\(fault)")
                #expect(try await scene.gateway.payouts.find("r")?.state == .performed, "\(fault)")
                #expect(scene.bank.payouts.count == 1, "\(fault)")
            }
        }
    }
}
