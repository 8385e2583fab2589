import NIOHTTP1
import StrictJSON
import Testing

@testable import Sandbox

@Suite("Idempotence keys at the simulated YooKassa")
struct IdempotenceTests {
    @Test("give the stored answer for the same words, even when the payment has gone on")
    func repeated() async throws {
        try await YooDesk.with { desk async throws in
            let first = try await desk.create(key: "key-1")
            try desk.yookassa.pay(first.id)
            desk.clock.advance(hours: 1)
            let again = try await desk.create(key: "key-1")
            #expect(again.status == 200)
            #expect(again.json == first.json)
            #expect(desk.yookassa.payments.count == 1)
            #expect(desk.yookassa.charges(forKey: "key-1").count == 1)
        }
    }

    @Test("are the same though the members of the body come in another order")
    func order() async throws {
        try await YooDesk.with { desk async throws in
            let headers = [("content-type", "application/json"), ("idempotence-key", "k")]
            let bodies = [
                #"{"amount":{"value":"1.00","currency":"RUB"},"confirmation":{"type":"external"}}"#,
                #"{"confirmation":{"type":"external"}, "amount":{"currency":"RUB","value":"1.00"}}"#,
            ]
            var ids: Set<String> = []
            for body in bodies { ids.insert(try await desk.send(.POST, "v3/payments", Array(body.utf8), headers).id) }
            #expect(ids.count == 1)
        }
    }

    @Test("with other words, or for another operation, are refused")
    func duplicated() async throws {
        try await YooDesk.with { desk async throws in
            let id = try await desk.held()
            _ = try await desk.create(["description": "one"], key: "key-1")
            let other = try await desk.create(["description": "two"], key: "key-1")
            #expect(other.refusal == "400 invalid_request Idempotence-Key")
            #expect(other.json["description"] == "Idempotence key duplicated")
            #expect(try await desk.post("payments/\(id)/capture", [:], key: "c").state == "succeeded")
            #expect(try await desk.post("payments/\(id)/cancel", [:], key: "c").parameter == "Idempotence-Key")
            #expect(desk.yookassa.payments.count == 2)
            // What was done under it still stands.
            #expect(try await desk.create(["description": "one"], key: "key-1").status == 200)
        }
    }

    @Test(
        "have 1 to 64 characters of a few kinds",
        arguments: [
            ("", false), ("k", true), (String(repeating: "k", count: 64), true),
            (String(repeating: "k", count: 65), false), ("aZ9+-_.", true), ("a b", false), ("a/b", false),
        ])
    func form(key: String, isGood: Bool) async throws {
        try await YooDesk.with { desk async throws in
            let answer = try await desk.create(key: key)
            #expect(answer.refusal == (isGood ? "200" : "400 invalid_request Idempotence-Key"))
        }
    }

    @Test("are needed for everything that changes something, and for nothing else")
    func missing() async throws {
        try await YooDesk.with { desk async throws in
            let body = YooDesk.payment().serialized()
            for path in [
                "payments", "payments/1/capture", "payments/1/cancel", "refunds", "receipts", "payment_methods",
            ] {
                let answer = try await desk.send(
                    .POST, "v3/" + path, body, [("content-type", "application/json")])
                #expect(answer.refusal == "400 invalid_request Idempotence-Key", "\(path)")
            }
            #expect(try await desk.get("payments").status == 200)
        }
    }

    @Test("are forgotten after a day, and then make a new payment")
    func forgotten() async throws {
        try await YooDesk.with { desk async throws in
            let first = try await desk.create(key: "k").id
            desk.clock.advance(milliseconds: 24 * 3_600_000 - 1)
            #expect(try await desk.create(key: "k").id == first)
            desk.clock.advance(milliseconds: 1)
            #expect(try await desk.create(key: "k").id != first)
        }
    }

    @Test("of a refused request give the refusal again")
    func refusals() async throws {
        try await YooDesk.with { desk async throws in
            let method = try await desk.savedMethod()
            desk.yookassa.refuseCharges(of: method, with: .insufficientFunds)
            let first = try await desk.post("payments", YooDesk.charge(method), key: "k")
            #expect(first.state == "canceled")
            // The next would succeed.
            let again = try await desk.post("payments", YooDesk.charge(method), key: "k")
            #expect(again.json == first.json)
            let wrong = try await desk.create(["capture": "x"], key: "w")
            #expect(try await desk.create(["capture": "x"], key: "w").json == wrong.json)
        }
    }

    @Test("used by eight at once make one payment")
    func race() async throws {
        try await YooDesk.with { desk async throws in
            let method = try await desk.savedMethod()
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await desk.post("payments", YooDesk.charge(method), key: "one").id }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            #expect(desk.yookassa.charges(forTx: "tx-1").count == 1)
        }
    }

    @Test("belong to their shop")
    func shops() async throws {
        try await YooDesk.with(others: [YooKassaShop(id: "200", secretKey: "test_other")]) { desk async throws in
            var other = desk
            other.credentials = "200:test_other"
            let first = try await desk.create(key: "k")
            let second = try await other.create(["description": "else"], key: "k")
            #expect(second.status == 200)
            #expect(first.id != second.id)
        }
    }
}
