import Payments
import Pledg
import TestSupport
import Testing

/// Whoever pays another's share is told if the money goes back: that is promised before he pays.
@Suite("Who pays another's share")
struct PayerMailTests {
    private func begin(
        _ name: String, _ view: PledgPurchaseView, payer: String?, _ group: Group, holds: Bool = true
    ) async throws -> TransactionKey {
        let start = try await group.gateway.startShare(
            try await group.token(name, view), gateway: "alpha", payerEmail: payer.map { "\($0)@example.com" }
        ).get()
        return try await group.begin(start.orderID, start.amount, holds: holds)
    }

    @Test(
        "9.10 hears that his money goes back, when nobody pays in the end, or the merchant calls it off",
        arguments: [false, true])
    func returned(isCancelled: Bool) async throws {
        let group = try await Group()
        let view = try await group.collecting(onFailure: .refundAll)
        _ = try await group.service.perform(try await begin("ann", view, payer: "dad", group)).get()
        await group.work()
        _ = group.mailbox.take()
        if isCancelled {
            _ = try await group.gateway.cancel(view.id, actor: "shop").get()
            await group.work()
        } else {
            await group.advance(hours: 48)
        }
        let told = group.mailbox.take().filter { !$0.hasPrefix("reminder") && !$0.hasPrefix("summary") }
        #expect(told == ["final ann", "final bob", "final leader", "returned dad"])
        try await group.close()
    }

    @Test("9.10 hears of each refund of the merchant's, and who paid for himself is not written to")
    func refunded() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        _ = try await group.service.perform(try await begin("ann", view, payer: "dad", group)).get()
        try await group.pay("bob", view)
        await group.work()
        _ = group.mailbox.take()
        for key in ["a", "b"] {
            _ = try await group.gateway.refund(view.id, amount: 900, key: key, actor: "shop").get()
        }
        await group.work()
        let mails = group.mailbox.all
        #expect(
            mails.map { "\($0.kind) \($0.to) \($0.amount.minor)" }
                == Array(repeating: "returned dad@example.com 300", count: 2))
        #expect(mails.allSatisfy { $0.token == nil })
        try await group.close()
    }

    @Test("9.10 hears it at his own address, though another has begun to pay the same share since")
    func overtaken() async throws {
        let group = try await Group()
        let view = try await group.collecting()
        let dads = try await begin("ann", view, payer: "dad", group, holds: false)
        let own = try await begin("ann", view, payer: nil, group)
        _ = try await group.service.perform(own).get()
        await group.work()
        _ = group.mailbox.take()
        _ = try await group.service.perform(dads, ifTaken: .performAsDuplicate).get()
        await group.work()
        #expect(group.mailbox.take() == ["stray dad"])
        try await group.close()
    }
}
