import Payments
import Pix
import Storage
import TestSupport
import Testing

/// Source: pix.md 1.4, 5.1
@Suite("A charge without a bank")
struct StaticChargeTests {
    @Test("is a static code with a txid of its own, an order of its own, and an id that nobody guesses")
    func created() async throws {
        let till = try await Till(.static)
        let view = try await till.create(10_050)
        let code = try BRCode(try #require(view.charge.code))
        #expect(code.txid?.text == view.charge.txid)
        #expect(code.amount == Money(minor: 10_050, currency: .brl))
        #expect(code.key?.text == Till.key)
        #expect(view.status == .pending)
        #expect(view.charge.id.count == 26)
        #expect(view.charge.expiresAt == till.clock.now + 1_800_000)
        #expect(try await till.shop.read { try $0.order(view.transaction.orderID) }?.amount?.minor == 10_050)
        #expect(try await till.charges.find(txid: view.charge.txid) == view)
        #expect(try await till.charges.find(transactionID: view.transaction.id) == view)
        #expect(try await till.charges.find(view.charge.txid) == nil)
        #expect(till.changes == [view.charge.id])
        let other = try await till.create(10_050)
        #expect(other.charge.id != view.charge.id)
        #expect(other.charge.txid != view.charge.txid)
        try await till.close()
    }

    @Test(
        "is refused for an amount, a time or a text that no charge can have",
        arguments: [
            (PixChargeRequest(amount: 0), PixChargeRefusal.amount),
            (PixChargeRequest(amount: -1), .amount),
            (PixChargeRequest(amount: 1_000_000_000_000), .amount),
            (PixChargeRequest(amount: 1, expirySeconds: 59), .expiry(60...2_592_000)),
            (PixChargeRequest(amount: 1, expirySeconds: 2_592_001), .expiry(60...2_592_000)),
            (PixChargeRequest(amount: 1, payerNote: String(repeating: "a", count: 141)), .note(maximum: 140)),
            (PixChargeRequest(amount: 1, orderID: "none"), .order(.orderNotFound())),
        ])
    func refused(request: PixChargeRequest, refusal: PixChargeRefusal) async throws {
        let till = try await Till(.static)
        let answer = try await till.charges.create(request)
        #expect(answer == .failure(refusal))
        #expect(try await till.count("transactions") == 0)
        #expect(try await till.count("orders") == 0)
        try await till.close()
    }

    @Test("can be for the least and the most that there is")
    func edges() async throws {
        let till = try await Till(.static)
        for amount in [Int64(1), 999_999_999_999] {
            let view = try await till.create(amount, expiry: amount == 1 ? 60 : 2_592_000)
            #expect(view.transaction.amount.minor == amount)
        }
        try await till.close()
    }

    @Test("pays an order of the shop's, and holds it against others while it waits")
    func order() async throws {
        let till = try await Till(.static)
        try await till.shop.add(.oneTime(id: "A", amount: Money(minor: 500, currency: .brl)))
        _ = try await till.create(500, order: "A")
        let second = try await till.charges.create(PixChargeRequest(amount: 500, orderID: "A"))
        #expect(second == .failure(.order(.orderBusy)))
        let wrong = try await till.charges.create(PixChargeRequest(amount: 501, orderID: "A"))
        #expect(wrong == .failure(.order(.orderBusy)))
        try await till.close()
    }

    @Test("is the same charge for the same key of the caller's, and none for another request")
    func idempotent() async throws {
        let till = try await Till(.static)
        let first = try await till.create(500, key: "k")
        let again = try await till.create(500, key: "k")
        #expect(again == first)
        let other = try await till.charges.create(
            PixChargeRequest(amount: 501, expirySeconds: 1_800, idempotencyKey: "k"))
        #expect(other == .failure(.otherRequest))
        #expect(try await till.count("transactions") == 1)
        #expect(try await till.count("orders") == 1)
        try await till.close()
    }

    @Test("is made once by many requests with one key at once")
    func race() async throws {
        let till = try await Till(.static)
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await till.create(500, key: "k").charge.id } }
            var ids: Set<String> = []
            for try await id in group { ids.insert(id) }
            return ids
        }
        #expect(ids.count == 1)
        #expect(try await till.count("transactions") == 1)
        #expect(try await till.count("orders") == 1)
        try await till.close()
    }

    @Test("runs out of time a millisecond after its last one, and frees its order")
    func expires() async throws {
        let till = try await Till(.static)
        try await till.shop.add(.oneTime(id: "A", amount: Money(minor: 500, currency: .brl)))
        let id = try await till.create(500, order: "A").charge.id
        till.clock.advance(milliseconds: 1_800_000)
        #expect(await till.charges.advanceDue() == 1)
        #expect(try await till.status(id) == .pending)
        _ = till.changes
        till.clock.advance(milliseconds: 1)
        #expect(await till.charges.advanceDue() == 60_000)
        #expect(try await till.status(id) == .expired)
        #expect(try await till.view(id).transaction.reason == 4)
        #expect(till.changes == [id])
        _ = try await till.create(500, order: "A")
        try await till.close()
    }

    @Test("is called off by the merchant, once")
    func cancelled() async throws {
        let till = try await Till(.static)
        let id = try await till.create().charge.id
        #expect(try await till.charges.cancel(id, actor: "merchant")?.status == .cancelled)
        #expect(try await till.charges.cancel(id, actor: "merchant")?.status == .cancelled)
        #expect(try await till.charges.cancel("none", actor: "merchant") == nil)
        #expect(try await till.shop.number("SELECT count(*) FROM journal WHERE actor = 'merchant'") == 1)
        try await till.close()
    }

    @Test("can be given more time")
    func revised() async throws {
        let till = try await Till(.static)
        let view = try await till.create()
        _ = try await till.charges.revise(view.charge.id, expirySeconds: 3_600)
        till.clock.advance(milliseconds: 1_800_001)
        _ = await till.charges.advanceDue()
        #expect(try await till.status(view.charge.id) == .pending)
        till.clock.advance(milliseconds: 1_800_000)
        _ = await till.charges.advanceDue()
        #expect(try await till.status(view.charge.id) == .expired)
        try await till.close()
    }

    @Test("is not made against the shop's will")
    func veto() async throws {
        final class Hooks: PaymentHooks, @unchecked Sendable {
            override func mayPay(_ order: Order, _ question: AccountQuestion) async throws -> Verdict {
                order.amount?.minor == 13 ? .refuse() : .allow
            }
        }
        let till = try await Till(.static, hooks: Hooks())
        let refused = try await till.charges.create(PixChargeRequest(amount: 13))
        #expect(refused == .failure(.order(.refused(Refusal()))))
        #expect(try await till.count("orders") == 0)
        _ = try await till.create(14)
        #expect(try await till.count("orders") == 1)
        try await till.close()
    }

    @Test("shows nothing secret when it is printed")
    func quiet() async throws {
        let till = try await Till(.static) { $0.webhookSecret = "s3cret" }
        var text = "\(till.gateway.configuration)"
        debugPrint(till.gateway.configuration, to: &text)
        dump(till.gateway.configuration, to: &text)
        #expect(!text.contains("s3cret"))
        #expect(!text.contains(Till.key))
        try await till.close()
    }
}
