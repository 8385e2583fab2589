import HTTPTypes
import Payments
import StrictJSON
import TestSupport
import Testing

@Suite("POST /transactions/{id}/cancel")
struct CancelTransactionTests {
    @Test("calls off a payment that waits, on the merchant's word", arguments: Transport.allCases)
    func callsOff(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            try await desk.add("A")
            try await desk.announce(1, "A")
            desk.clock.advance(milliseconds: 3)
            let cancelled = try await desk.cancel("/transactions/1")
            #expect(cancelled.status == 200)
            #expect(cancelled["state"] == -1 && cancelled["reason"] == 3)
            #expect(cancelled["cancel_time"]?.integerValue == desk.clock.now)
            desk.clock.advance(milliseconds: 3)
            let again = try await desk.send(.post, "/transactions/1/cancel", "{}")
            #expect(again.status == 200 && again.text == cancelled.text)
            let shown = try await desk.get("/transactions/1")
            #expect(shown["journal"]?.arrayValue?.last?["actor"] == "merchant")
            #expect(shown["journal"]?.arrayValue?.count == 2)
            // Payme hears of it, and the order is free.
            let perform = try await desk.payme("PerformTransaction", ["id": .string(PaymeClient.id(1))])
            #expect(perform["error"]?["code"] == -31008)
            #expect(try await desk.get("/orders/A")["status"] == "pending")
            try await desk.announce(2, "A")
        }
    }

    @Test("gives no money back: that is another request", arguments: Transport.allCases)
    func performed(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            try await desk.add("A")
            try await desk.announce(1, "A")
            try await desk.perform(1)
            let refused = try await desk.cancel("/transactions/1")
            #expect(refused.short == "409 performed")
            #expect(refused["detail"]?.stringValue?.contains("refund") == true)
            #expect(try await desk.get("/transactions/1")["state"] == 2)
            try await desk.cancel(1)
            let gone = try await desk.cancel("/transactions/1")
            #expect(gone.status == 200 && gone["state"] == -2 && gone["reason"] == 5)
        }
    }

    @Test(
        "of a payment that nobody knows is 404",
        arguments: ["2", "0", "-1", "01", "+1", "x", "1%2F2", "9999999999999999999"])
    func unknown(id: String) async throws {
        try await Desk.with(.router) { desk async throws in
            try await desk.add("A")
            try await desk.announce(1, "A")
            for action in ["cancel", "refund"] {
                #expect(try await desk.send(.post, "/transactions/\(id)/\(action)").short == "404 not-found")
            }
            #expect(try await desk.get("/transactions/1")["state"] == 1)
        }
    }

    // Invariant: a payment is performed or called off, never both, and both sides are told the same.
    //
    //     the shop                         Payme
    //     -------------------------------  ------------------------------
    //     POST /transactions/1/cancel      PerformTransaction
    //     200 and -1, or 409 performed     -31008, or state 2
    @Test("against Payme's perform: whoever is first has it, and both hear the truth")
    func race() async throws {
        try await Desk.with(.live) { desk async throws in
            for number in 1...30 {
                try await desk.add("A\(number)")
                try await desk.announce(number, "A\(number)")
                async let cancelled = desk.cancel("/transactions/\(number)", key: "race-\(number)")
                async let performed = desk.payme(
                    "PerformTransaction", ["id": .string(PaymeClient.id(number))])
                let (reply, answer) = (try await cancelled, try await performed)
                let state = try await desk.get("/transactions/\(number)")["state"]?.integerValue
                #expect(state == (reply.status == 200 ? -1 : 2))
                #expect(reply.short == (state == 2 ? "409 performed" : "200"))
                #expect(state == 2 ? answer["result"]?["state"] == 2 : answer["error"]?["code"] == -31008)
                let again = try await desk.cancel("/transactions/\(number)", key: "race-\(number)")
                #expect(again.text == reply.text && again.header("Idempotency-Replayed") == "true")
            }
        }
    }
}
