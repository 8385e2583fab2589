import Payments
import Specification
import Storage
import StrictJSON
import TestSupport
import Testing
import YooKassa

@Suite("10: the daily comparison, both ways")
struct ReconciliationTests {
    private func lines(_ kiosk: Kiosk) async throws -> [String] {
        try await kiosk.gateway.reconciliation.differences().map {
            "\($0.field) \($0.ours ?? "-") / \($0.theirs ?? "-")"
        }
    }

    @Test("finds nothing where all agrees")
    func agreement() async throws {
        let kiosk = try await Kiosk()
        _ = try await kiosk.paid()
        _ = try await kiosk.held()
        _ = try await kiosk.create()
        let refunded = try await kiosk.paid()
        _ = try await kiosk.payments.cancel(refunded.payment.id, actor: "shop")
        await kiosk.run()
        let report = try await kiosk.gateway.reconciliation.run()
        #expect(report.payments == 4 && report.refunds == 1 && report.takenOver == 0 && report.differences == 0)
        #expect(try await lines(kiosk) == [])
        try await kiosk.close()
    }

    @Test("takes over what no notice told: a payment, and a refund of the cabinet")
    func takesOver() async throws {
        let kiosk = try await Kiosk()
        let (first, second) = (try await kiosk.create(), try await kiosk.paid())
        kiosk.provider.pay(try #require(first.payment.providerID))
        _ = kiosk.provider.refundInCabinet(try #require(second.payment.providerID), "40.00")
        let report = try await kiosk.gateway.reconciliation.run()
        #expect(report.takenOver == 2 && report.differences == 0)
        #expect(try await kiosk.line(first.payment.id) == "2 succeeded - 0")
        #expect(try await kiosk.line(second.payment.id) == "2 succeeded partially_refunded 4000")
        try await kiosk.close()
    }

    @Test("8: a refund that was cancelled and is done after all is listed, however old its payment is")
    func contradictedRefund() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        for _ in 0..<10 { await kiosk.later(minutes: 1_440) }
        kiosk.provider.edit { $0.refundStatus = "pending" }
        _ = try await kiosk.gateway.refunds.request(view.transaction, amount: nil, actor: "shop", alongside: nil)
        await kiosk.run()
        kiosk.provider.settleRefund(kiosk.provider.refundIDs[0], "canceled", reason: "rejected_by_payee")
        await kiosk.later(minutes: 60)
        #expect(try await kiosk.refunds() == ["merchant refused 10000"])
        let agreed = try await kiosk.gateway.reconciliation.run()
        #expect(agreed.takenOver == 0 && agreed.differences == 0)
        kiosk.provider.settleRefund(kiosk.provider.refundIDs[0], "succeeded")
        // Its payment is older than the list.
        let providerID = try #require(view.payment.providerID)
        kiosk.provider.edit { $0.order.removeAll { $0 == providerID } }
        #expect(try await kiosk.gateway.reconciliation.run().differences == 1)
        #expect(try await lines(kiosk) == ["refund refused / succeeded 100.00"])
        try await kiosk.close()
    }

    @Test("lists what is there and not here, and what is here and not there; and when that is over")
    func missing() async throws {
        let kiosk = try await Kiosk()
        let foreign = kiosk.provider.addForeign()
        let view = try await kiosk.paid()
        let providerID = try #require(view.payment.providerID)
        kiosk.clock.advance(hours: 1)
        kiosk.provider.edit { $0.order.removeAll { $0 == providerID } }
        #expect(try await kiosk.gateway.reconciliation.run().differences == 2)
        let found = try await kiosk.gateway.reconciliation.differences()
        #expect(Set(found.map(\.subject)) == [foreign, view.payment.id])
        #expect(try await lines(kiosk).sorted() == ["payment - / succeeded 10.00", "payment succeeded / -"])
        #expect(kiosk.anomalies.contains(.difference))
        kiosk.provider.edit { $0.order = [providerID] }
        kiosk.clock.advance(hours: 24)
        _ = await kiosk.gateway.advance(.reconciliation)
        #expect(try await lines(kiosk) == [])
        #expect(try await kiosk.gateway.reconciliation.differences(openOnly: false).count == 2)
        #expect(try await kiosk.gateway.reconciliation.countDifferences() == 0)
        try await kiosk.close()
    }

    @Test("lists what differs in status, amount and refunds, and changes nothing that is final")
    func differs() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        let providerID = try #require(view.payment.providerID)
        kiosk.provider.set(providerID) { json in
            json["status"] = "canceled"
            json["refunded_amount"] = ["value": "1.00", "currency": "RUB"]
        }
        _ = try await kiosk.gateway.reconciliation.run()
        #expect(
            try await lines(kiosk).sorted() == ["refunded_amount 0 / 1.00", "status 2 succeeded / canceled"])
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded - 0")
        try await kiosk.close()
    }

    @Test("runs once a day, over three days, page by page")
    func daily() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.edit { $0.pageSize = 2 }
        for _ in 0..<5 { _ = kiosk.provider.addForeign() }
        kiosk.clock.advance(hours: 72)
        _ = kiosk.provider.addForeign()
        _ = await kiosk.gateway.advance(.reconciliation)
        #expect(kiosk.provider.calls("payments").count == 3)
        _ = await kiosk.gateway.advance(.reconciliation)
        #expect(kiosk.provider.calls("payments").count == 3)
        kiosk.clock.advance(hours: 24)
        _ = await kiosk.gateway.advance(.reconciliation)
        #expect(kiosk.provider.calls("payments").count == 4)
        await kiosk.shop.close()
    }

    @Test("a list that cannot be read says nothing of what is missing")
    func broken() async throws {
        let kiosk = try await Kiosk()
        _ = try await kiosk.paid()
        kiosk.clock.advance(hours: 1)
        kiosk.provider.fail("payments", .lostCall)
        #expect(await kiosk.gateway.advance(.reconciliation) == 60_000)
        #expect(try await lines(kiosk) == [])
        kiosk.clock.advance(milliseconds: 60_000)
        _ = await kiosk.gateway.advance(.reconciliation)
        #expect(kiosk.provider.calls("payments").count == 2)
        try await kiosk.close()
    }
}

@Suite("The verifier looks at the rows of YooKassa")
struct VerificationTests {
    private func findings(_ statement: String) async throws -> [String] {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        _ = try await kiosk.gateway.refunds.request(
            view.transaction, amount: Money(minor: 100, currency: .rub), actor: "shop", alongside: nil)
        await kiosk.run()
        _ = try await kiosk.create()
        try await kiosk.shop.execute(statement)
        let found = try await kiosk.findings()
        await kiosk.shop.close()
        return found.filter { $0.hasPrefix("yookassa:") }.map { String($0.split(separator: ": ", maxSplits: 2)[2]) }
    }

    @Test(
        "and finds what does not agree",
        arguments: [
            ("UPDATE yookassa_payments SET due_at = NULL", "it waits, and nobody looks after it"),
            ("UPDATE yookassa_payments SET transaction_id = 99 WHERE captured = 0", "its transaction is missing"),
            ("DELETE FROM yookassa_payments WHERE captured = 0", "it has no payment"),
            (
                "UPDATE yookassa_payments SET captured = 0, refunded = 0 WHERE captured > 0",
                "it is performed, and nothing was taken"
            ),
            (
                "UPDATE yookassa_payments SET refunded = 5 WHERE captured > 0",
                "its transaction says 100 went back, it says 5"
            ),
            (
                "UPDATE yookassa_payments SET reserved = 5 WHERE captured > 0",
                "its refunds come to 0 under way and 100 done"
            ),
        ])
    func broken(statement: String, problem: String) async throws {
        let found = try await findings(statement)
        #expect(found.contains(problem), "\(found)")
    }

    @Test("and finds nothing where all agrees")
    func sound() async throws {
        #expect(try await findings("UPDATE yookassa_payments SET note = 'x'") == [])
    }
}
