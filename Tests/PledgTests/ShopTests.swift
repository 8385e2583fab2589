import Payments
import Pledg
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("A shop's own code and the orders of shares")
struct ShopTests {
    /// Knows the order ORD-1 and no other, and wants none of its money given back.
    final class Shop: PaymentHooks, @unchecked Sendable {
        let recorded = Mutex<[String]>([])
        struct Unknown: Error {}

        override func account(_ question: AccountQuestion) async throws -> AccountAnswer {
            guard question.reference == "ORD-1" else { return .refused(.orderNotFound()) }
            return .stored(id: "ORD-1")
        }

        override func mayPay(_ order: Order, _ question: AccountQuestion) async throws -> Verdict {
            order.id == "ORD-1" ? .allow : .refuse()
        }

        override func mayRefund(_ transaction: Transaction) async throws -> Verdict { .refuse() }

        override func recordPerformed(_ transaction: Transaction, in session: any SQLSession) throws {
            guard transaction.orderID == "ORD-1" else { throw Unknown() }
            recorded.withLock { $0.append(transaction.key.gateway) }
        }
    }

    @Test("it is asked about its own order alone, and hears once that it is paid")
    func asked() async throws {
        let shop = Shop()
        let group = try await Group(hooks: shop)
        try await group.shop.add(.oneTime(id: "ORD-1", amount: Money(minor: 9_000, currency: .eur)))
        let view = try await group.collecting()
        for name in ["ann", "bob"] { try await group.pay(name, view) }
        await group.work()
        #expect(try await group.line(view) == "SUCCESSFULL 2 0")
        #expect(shop.recorded.withLock { $0 } == ["pledg"])
        #expect(try await group.movements(view) == ["reimbursement done 6000"])
        // What the merchant himself wants to give back is its to allow.
        let refund = try await group.gateway.refund(view.id, key: "a", actor: "shop")
        #expect(throws: PledgRefusal.order(.refundRefused())) { try refund.get() }
        let paid = try await group.shop.rows(
            "SELECT DISTINCT order_id FROM outbox WHERE topic = 'order'", columns: 1)
        #expect(paid == ["ORD-1"])
        let start = try await group.service.check(
            AccountQuestion(
                gateway: "alpha", purpose: .check, fields: [:], reference: "pledg-none",
                amount: Money(minor: 1, currency: .eur)))
        #expect(throws: Rejection.orderNotFound()) { try start.get() }
        try await group.close()
    }

    @Test("a gateway that checks a share's order first is told that it can be paid, and for how much")
    func check() async throws {
        let group = try await Group(hooks: Shop())
        try await group.shop.add(.oneTime(id: "ORD-1", amount: Money(minor: 9_000, currency: .eur)))
        let view = try await group.collecting()
        let start = try await group.gateway.startShare(try await group.token("ann", view), gateway: "alpha").get()
        var question = AccountQuestion(
            gateway: "alpha", purpose: .check, fields: [:], reference: start.orderID, amount: start.amount)
        let found = try await group.service.check(question).get()
        #expect(found.order.description == "Tent")
        question.amount?.minor += 1
        let wrong = try await group.service.check(question)
        #expect(throws: Rejection.wrongAmount) { try wrong.get() }
        try await group.close()
    }
}
