import HTTPTypes
import StrictJSON
import TestSupport
import Testing

@Suite("POST /orders/{id}/cancel")
struct CancelOrderTests {
    @Test("withdraws an order for good: nobody pays it, and once more is no mistake", arguments: Transport.allCases)
    func withdraws(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            try await desk.add("A")
            desk.clock.advance(milliseconds: 7)
            let cancelled = try await desk.cancel("/orders/A")
            #expect(cancelled.status == 200)
            #expect(cancelled["status"] == "cancelled" && cancelled["links"] == [:] && cancelled["forms"] == [:])
            #expect(cancelled["cancelled_at"]?.integerValue == desk.clock.now)
            desk.clock.advance(milliseconds: 7)
            let again = try await desk.send(.post, "/orders/A/cancel", "{}")
            #expect(again.status == 200 && again.text == cancelled.text)
            #expect(try await desk.get("/orders/A").text == cancelled.text)
            let check = try await desk.payme(
                "CheckPerformTransaction", ["amount": 500_000, "account": ["order_id": "A"]])
            #expect(check["error"] != nil)
            // The same order registered again is the one that was withdrawn.
            let body = #"{"id":"A","amount":{"value":"5000.00","currency":"UZS"}}"#
            #expect(try await desk.post(body)["status"] == "cancelled")
            #expect(try await desk.cancel("/orders/B").short == "404 not-found")
        }
    }

    @Test("not while it is being paid, nor once it is; an account whatever was paid in", arguments: Transport.allCases)
    func refused(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            _ = try await desk.post(#"{"id":"P","kind":"cumulative"}"#)
            try await desk.add("A")
            for (number, order) in [(1, "A"), (2, "P")] {
                try await desk.announce(number, order)
                let busy = try await desk.cancel("/orders/\(order)")
                #expect(busy.short == "409 order-busy")
                #expect(busy["detail"]?.stringValue?.contains("/transactions/{id}/cancel") == true)
                try await desk.perform(number)
            }
            #expect(try await desk.cancel("/orders/A").short == "409 order-paid")
            #expect(try await desk.cancel("/orders/P")["status"] == "cancelled")
            try await desk.cancel(1)
            #expect(try await desk.cancel("/orders/A")["status"] == "cancelled")
        }
    }

    @Test("once the time to pay is up, a payment keeps nobody from withdrawing")
    func overdue() async throws {
        try await Desk.with(.router) { desk async throws in
            try await desk.add("A")
            try await desk.announce(1, "A")
            desk.clock.advance(hours: 12)
            #expect(try await desk.cancel("/orders/A").short == "409 order-busy")
            desk.clock.advance(milliseconds: 1)
            #expect(try await desk.cancel("/orders/A").status == 200)
        }
    }

    @Test("takes no body but an empty one", arguments: [#"{"reason":5}"#, "[]", "junk", "null", #"{"":1}"#])
    func body(text: String) async throws {
        try await Desk.with(.router) { desk async throws in
            try await desk.add("A")
            try await desk.announce(1, "A")
            for path in ["/orders/A/cancel", "/transactions/1/cancel", "/transactions/1/refund"] {
                #expect(try await desk.send(.post, path, text).status == 400, "\(path)")
            }
            #expect(try await desk.get("/transactions/1")["state"] == 1)
        }
    }
}
