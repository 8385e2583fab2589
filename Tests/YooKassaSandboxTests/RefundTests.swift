import StrictJSON
import Testing

@testable import Sandbox

@Suite("Refunds at the simulated YooKassa")
struct RefundTests {
    private static func refund(_ id: String, _ amount: String) -> JSONValue {
        ["payment_id": .string(id), "amount": YooDesk.rub(amount), "description": "Returned"]
    }

    @Test("give back a part, and then the rest, and no more")
    func parts() async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.paid()
            let first = try await desk.post("refunds", Self.refund(id, "40.00"))
            #expect(first.state == "succeeded")
            #expect(first.json["payment_id"]?.stringValue == id)
            #expect(first.json["description"] == "Returned")
            #expect(first.id.count == 36)
            var payment = try await desk.get("payments/\(id)").json
            #expect(payment["status"] == "succeeded")
            #expect(payment["refunded_amount"] == YooDesk.rub("40.00"))
            #expect(payment["refundable"] == true)
            #expect(try await desk.post("refunds", Self.refund(id, "60.01")).parameter == "amount")
            #expect(try await desk.post("refunds", Self.refund(id, "60.00")).state == "succeeded")
            payment = try await desk.get("payments/\(id)").json
            #expect(payment["refunded_amount"] == YooDesk.rub("100.00"))
            #expect(payment["refundable"] == false)
            #expect(payment["status"] == "succeeded")
            #expect(try await desk.post("refunds", Self.refund(id, "0.01")).parameter == "amount")
        }
    }

    @Test("that are under way are not in refunded_amount, and yet nobody can spend them twice")
    func underway() async throws {
        try await YooDesk.withEndpoint { desk, endpoint async throws in
            let id = try await desk.paid()
            desk.yookassa.conduct.refundMilliseconds = 60_000
            let made = try await desk.post("refunds", Self.refund(id, "70.00"))
            #expect(made.state == "pending")
            #expect(try await desk.get("payments/\(id)").json["refunded_amount"] == nil)
            #expect(try await desk.post("refunds", Self.refund(id, "30.01")).parameter == "amount")
            desk.clock.advance(milliseconds: 59_999)
            #expect(try await desk.get("refunds/\(made.id)").state == "pending")
            desk.clock.advance(milliseconds: 1)
            #expect(try await desk.get("refunds/\(made.id)").state == "succeeded")
            #expect(try await desk.get("payments/\(id)").json["refunded_amount"] == YooDesk.rub("70.00"))
            await desk.yookassa.deliverDue()
            #expect(endpoint.events == ["payment.succeeded", "refund.succeeded"])
        }
    }

    @Test("that are canceled free the money again, and no event tells of it", arguments: YooKassaRefundReason.allCases)
    func canceled(reason: YooKassaRefundReason) async throws {
        try await YooDesk.withEndpoint { desk, endpoint async throws in
            let id = try await desk.paid()
            desk.yookassa.conduct.refundMilliseconds = 60_000
            desk.yookassa.conduct.refundRefusal = reason
            let made = try await desk.post("refunds", Self.refund(id, "100.00"))
            #expect(made.state == "pending")
            #expect(made.json["cancellation_details"] == nil)
            desk.clock.advance(seconds: 60)
            let refund = try await desk.get("refunds/\(made.id)").json
            #expect(refund["status"] == "canceled")
            #expect(refund["cancellation_details"]?["reason"]?.stringValue == reason.rawValue)
            #expect(["yoo_money", "refund_network"].contains(refund["cancellation_details"]?["party"]?.stringValue))
            #expect(try await desk.get("payments/\(id)").json["refundable"] == true)
            desk.yookassa.conduct.refundRefusal = nil
            desk.yookassa.conduct.refundMilliseconds = 0
            #expect(try await desk.post("refunds", Self.refund(id, "100.00")).state == "succeeded")
            await desk.yookassa.deliverDue()
            #expect(endpoint.events == ["payment.succeeded", "refund.succeeded"])
        }
    }

    @Test("by eight at once never exceed the payment")
    func race() async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.paid()
            let done = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await desk.post("refunds", Self.refund(id, "30.00")).status == 200 ? 1 : 0 }
                }
                return try await group.reduce(0, +)
            }
            #expect(done == 3)
            #expect(desk.yookassa.payment(id)?.refunded == 9_000)
        }
    }

    @Test("need a payment that succeeded, and not too long ago")
    func refused() async throws {
        try await YooDesk.with { desk async throws in
            let ids = [try await desk.create().id, try await desk.held(), "none"]
            for id in ids {
                #expect(try await desk.post("refunds", Self.refund(id, "1.00")).parameter == "payment_id", "\(id)")
            }
            #expect(try await desk.post("refunds", ["amount": YooDesk.rub("1.00")]).parameter == "payment_id")
            let id = try await desk.paid()
            #expect(try await desk.post("refunds", ["payment_id": .string(id)]).parameter == "amount")
            var long = try #require(Self.refund(id, "1.00").objectValue)
            long["description"] = .string(String(repeating: "a", count: 251))
            #expect(try await desk.post("refunds", .object(long)).parameter == "description")
            let other = try await desk.create().id
            try desk.yookassa.pay(other, by: .other(.sberbank))
            desk.clock.advance(hours: 365 * 24 - 1)
            #expect(try await desk.post("refunds", Self.refund(other, "1.00")).status == 200)
            desk.clock.advance(hours: 1)
            #expect(try await desk.post("refunds", Self.refund(other, "1.00")).parameter == "payment_id")
            #expect(try await desk.post("refunds", Self.refund(id, "1.00")).status == 200)
            desk.clock.advance(hours: 2 * 365 * 24)
            #expect(try await desk.post("refunds", Self.refund(id, "1.00")).parameter == "payment_id")
            #expect(try await desk.get("refunds/none").refusal == "404 not_found refund_id")
        }
    }

    @Test("by SBP name the bank's operation")
    func bySBP() async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.create().id
            try desk.yookassa.pay(id, by: .other(.sbp))
            let method = try await desk.post("refunds", Self.refund(id, "1.00")).json["refund_method"]
            #expect(method?["type"] == "sbp")
            #expect(method?["sbp_operation_id"]?.stringValue?.count == 32)
        }
    }
}
