import StrictJSON
import Testing

@testable import Sandbox

@Suite("Notifications of the simulated YooKassa")
struct NoticeTests {
    @Test("tell each change as it was at that moment, without a signature")
    func told() async throws {
        try await YooDesk.withEndpoint { desk, endpoint async throws in
            let id = try await desk.held()
            _ = try await desk.post("payments/\(id)/capture", [:])
            _ = try await desk.post("refunds", ["payment_id": .string(id), "amount": YooDesk.rub("1.00")])
            await desk.yookassa.deliverDue()
            #expect(
                endpoint.events == ["payment.waiting_for_capture", "payment.succeeded", "refund.succeeded"])
            #expect(endpoint.notices.map(\.state) == ["waiting_for_capture", "succeeded", "succeeded"])
            #expect(endpoint.notices.prefix(2).map(\.id) == [id, id])
            #expect(endpoint.notices.last?.body["object"]?["payment_id"]?.stringValue == id)
            #expect(endpoint.notices.allSatisfy { $0.body["type"] == "notification" })
            for notice in endpoint.notices {
                #expect(notice.body.objectValue?.keys == ["type", "event", "object"])
                #expect(!notice.headers.contains { $0.contains("signature") || $0 == "authorization" })
            }
            #expect(desk.yookassa.noticesWaiting == 0)
        }
    }

    @Test("come by themselves when that is wanted")
    func byThemselves() async throws {
        try await YooDesk.withEndpoint(isDelivering: true) { desk, endpoint async throws in
            _ = try await desk.paid()
            var rounds = 0
            while endpoint.events.isEmpty, rounds < 400 {
                try await Task.sleep(for: .milliseconds(25))
                rounds += 1
            }
            #expect(endpoint.events == ["payment.succeeded"])
        }
    }

    @Test("come twice, late, after the next, or never")
    func faults() async throws {
        try await YooDesk.withEndpoint { desk, endpoint async throws in
            desk.yookassa.failNotices(with: .doubled)
            _ = try await desk.paid()
            await desk.yookassa.deliverDue()
            #expect(endpoint.events == ["payment.succeeded", "payment.succeeded"])
            #expect(endpoint.notices[0].body == endpoint.notices[1].body)

            desk.yookassa.failNotices(with: .reordered)
            let held = try await desk.held()
            await desk.yookassa.deliverDue()
            #expect(endpoint.events.count == 2)
            _ = try await desk.post("payments/\(held)/capture", [:])
            await desk.yookassa.deliverDue()
            #expect(endpoint.events.suffix(2) == ["payment.succeeded", "payment.waiting_for_capture"])

            desk.yookassa.failNotices(with: .late(5_000), .never)
            let late = try await desk.paid()
            _ = try await desk.paid()
            await desk.yookassa.deliverDue()
            desk.clock.advance(milliseconds: 4_999)
            await desk.yookassa.deliverDue()
            #expect(endpoint.events.count == 4)
            desk.clock.advance(milliseconds: 1)
            await desk.yookassa.deliverDue()
            #expect(endpoint.events.count == 5)
            #expect(endpoint.notices.last?.id == late)
            #expect(desk.yookassa.noticesWaiting == 0)
        }
    }

    @Test("are repeated until 200 comes, with growing pauses, for a day", arguments: [500, 201, 204, 403])
    func retried(status: Int) async throws {
        try await YooDesk.withEndpoint([status]) { desk, endpoint async throws in
            _ = try await desk.paid()
            for _ in 0..<(30 * 60) {
                await desk.yookassa.deliverDue()
                desk.clock.advance(seconds: 60)
            }
            let times = desk.yookassa.noticeAttempts.map(\.at)
            let pauses = zip(times, times.dropFirst()).map { $1 - $0 }
            #expect(pauses == pauses.sorted())
            #expect((10...30).contains(times.count))
            #expect((times.last ?? 0) - (times.first ?? 0) < 24 * 3_600_000)
            #expect((times.last ?? 0) - (times.first ?? 0) > 20 * 3_600_000)
            #expect(desk.yookassa.noticesWaiting == 0)
            #expect(endpoint.notices.count == times.count)
            #expect(desk.yookassa.noticeAttempts.allSatisfy { !$0.isTaken && $0.status == status })
        }
    }

    @Test("are not repeated after 200, and still come to an endpoint that was away")
    func recovered() async throws {
        try await YooDesk.withEndpoint([502, 200]) { desk, endpoint async throws in
            _ = try await desk.paid()
            await desk.yookassa.deliverDue()
            #expect(desk.yookassa.noticesWaiting == 1)
            desk.clock.advance(hours: 1)
            await desk.yookassa.deliverDue()
            desk.clock.advance(hours: 12)
            await desk.yookassa.deliverDue()
            #expect(endpoint.events.count == 2)
            // Nobody listens there.
            desk.yookassa.changeShop(YooDesk.shopID) { $0.notificationURL = "http://127.0.0.1:1/hook" }
            _ = try await desk.paid()
            await desk.yookassa.deliverDue()
            #expect(desk.yookassa.noticeAttempts.last?.failure != nil)
            #expect(desk.yookassa.noticesWaiting == 1)
        }
    }

    @Test("come before the answer of the call that led to them")
    func beforeTheAnswer() async throws {
        try await YooDesk.withEndpoint { desk, endpoint async throws in
            let method = try await desk.savedMethod()
            await desk.yookassa.deliverDue()
            desk.yookassa.fail(.createPayment, with: .afterNotice)
            let answer = try await desk.post("payments", YooDesk.charge(method))
            #expect(answer.state == "succeeded")
            #expect(endpoint.notices.last?.id == answer.id)
        }
    }

    @Test("can be forged: a real id with a status that is not so, or anything at all")
    func forged() async throws {
        try await YooDesk.withEndpoint { desk, endpoint async throws in
            let id = try await desk.create().id
            desk.yookassa.conduct.noticeSender = "203.0.113.7"
            #expect(desk.yookassa.forgeNotice(id, as: .succeeded))
            #expect(desk.yookassa.forgeNotice(event: "payment.on_fire", object: ["id": 7], to: YooDesk.shopID))
            #expect(!desk.yookassa.forgeNotice("none", as: .succeeded))
            #expect(!desk.yookassa.forgeNotice(event: "x", object: [:], to: "none"))
            await desk.yookassa.deliverDue()
            let notice = try #require(endpoint.notices.first)
            #expect(notice.event == "payment.succeeded")
            #expect(notice.id == id)
            #expect(notice.state == "succeeded")
            #expect(notice.body["object"]?["paid"] == true)
            #expect(notice.sender == "203.0.113.7")
            #expect(endpoint.events.last == "payment.on_fire")
            #expect(try await desk.get("payments/\(id)").state == "pending")
        }
    }

    @Test("tell what was done in the cabinet, and what is said again")
    func cabinet() async throws {
        try await YooDesk.withEndpoint { desk, endpoint async throws in
            let id = try await desk.paid()
            let refund = try #require(desk.yookassa.refundInCabinet(id, amount: 4_000))
            #expect(refund.key == nil)
            #expect(desk.yookassa.refundInCabinet(id, amount: 6_001) == nil)
            #expect(desk.yookassa.refundInCabinet(id)?.amount == 6_000)
            #expect(desk.yookassa.refundInCabinet(id) == nil)
            #expect(desk.yookassa.repeatNotice(id))
            #expect(!desk.yookassa.repeatNotice(try await desk.create().id))
            await desk.yookassa.deliverDue()
            #expect(
                endpoint.events
                    == ["payment.succeeded", "refund.succeeded", "refund.succeeded", "payment.succeeded"])
            #expect(endpoint.notices[1].id == refund.id)
            #expect(try await desk.get("refunds/\(refund.id)").json["amount"] == YooDesk.rub("40.00"))
        }
    }

    @Test("go only to who wants them, and only those that are wanted")
    func chosen() async throws {
        try await YooDesk.withEndpoint { desk, endpoint async throws in
            desk.yookassa.changeShop(YooDesk.shopID) { $0.events = [.paymentCanceled] }
            _ = try await desk.paid()
            try desk.yookassa.decline(try await desk.create().id)
            desk.yookassa.changeShop(YooDesk.shopID) { $0.notificationURL = nil }
            try desk.yookassa.decline(try await desk.create().id)
            await desk.yookassa.deliverDue()
            #expect(endpoint.events == ["payment.canceled"])
        }
    }
}
