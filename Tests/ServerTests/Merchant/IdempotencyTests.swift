import HTTPTypes
import StrictJSON
import TestSupport
import Testing

@Suite("POST /orders with an Idempotency-Key")
struct IdempotencyTests {
    private static let body = #"{"amount":{"value":"5000.00","currency":"UZS"}}"#

    @Test("gives the first answer again, byte for byte, and makes no second order", arguments: Transport.allCases)
    func replay(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            let first = try await desk.post(Self.body, idempotencyKey: "key-1")
            #expect(first.status == 201)
            #expect(first.header("Idempotency-Replayed") == nil)
            desk.clock.advance(hours: 5)
            try await desk.announce(1, first["id"]?.stringValue ?? "")
            let again = try await desk.post(Self.body, idempotencyKey: "key-1")
            #expect(again.status == 201)
            #expect(again.text == first.text)
            #expect(again.header("Idempotency-Replayed") == "true")
            #expect(again.headers[.location] == first.headers[.location])
            #expect(try await desk.get("/orders")["items"]?.arrayValue?.count == 1)
        }
    }

    @Test("makes another order with another key, or with none", arguments: Transport.allCases)
    func otherKey(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            for key in ["key-1", "key-2", "KEY-1", nil, nil] {
                #expect(try await desk.post(Self.body, idempotencyKey: key).status == 201)
            }
            #expect(try await desk.get("/orders")["items"]?.arrayValue?.count == 5)
        }
    }

    @Test("refuses another body under the same key", arguments: Transport.allCases)
    func reused(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            #expect(try await desk.post(Self.body, idempotencyKey: "key-1").status == 201)
            for body in [#"{"amount":{"value":"5000.01","currency":"UZS"}}"#, Self.body + " "] {
                #expect(try await desk.post(body, idempotencyKey: "key-1").short == "422 idempotency-key-reused")
            }
            #expect(try await desk.get("/orders")["items"]?.arrayValue?.count == 1)
        }
    }

    @Test("does not remember a request that was wrong, but what it refused", arguments: Transport.allCases)
    func refused(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            try await desk.add("A")
            for wrong in [#"{"amount":0}"#, "junk", #"{"kind":"cumulative","amount":5}"#] {
                #expect(try await desk.post(wrong, idempotencyKey: "key-1").status == 400)
            }
            let both = #"{"amount":{"value":"1.00","currency":"UZS"},"currency":"USD"}"#
            #expect(try await desk.post(both, idempotencyKey: "key-1").status == 422)
            #expect(try await desk.post(Self.body, idempotencyKey: "key-1").status == 201)
            let taken = #"{"id":"A","amount":{"value":"1.00","currency":"UZS"}}"#
            let first = try await desk.post(taken, idempotencyKey: "key-2")
            #expect(first.short == "409 order-exists(id)" && first.header("Idempotency-Replayed") == nil)
            let again = try await desk.post(taken, idempotencyKey: "key-2")
            #expect(again.short == first.short && again.text == first.text)
            #expect(again.header("Idempotency-Replayed") == "true")
            #expect(try await desk.post(Self.body, idempotencyKey: "key-2").short == "422 idempotency-key-reused")
        }
    }

    @Test("that is no key is refused", arguments: ["a b", String(repeating: "k", count: 256), "ключ"])
    func badKey(key: String) async throws {
        try await Desk.with(.router) { desk async throws in
            #expect(try await desk.post(Self.body, idempotencyKey: key).short == "400 invalid-request(Idempotency-Key)")
            #expect(try await desk.get("/orders")["items"] == [])
        }
    }

    @Test("sent many times at once makes one order, and whoever comes too early is told so")
    func race() async throws {
        try await Desk.with(.router) { desk in
            let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
                for _ in 0..<24 { group.addTask { try await desk.post(Self.body, idempotencyKey: "key-1") } }
                return try await group.reduce(into: [Reply]()) { $0.append($1) }
            }
            let early = replies.filter { $0.short == "409 idempotency-key-in-flight" }
            #expect(early.allSatisfy { $0.header("Retry-After") == "1" })
            let answered = replies.filter { $0.status == 201 }
            #expect(answered.count + early.count == 24)
            #expect(Set(answered.map(\.text)).count == 1)
            #expect(answered.count { $0.header("Idempotency-Replayed") == nil } == 1)
            #expect(try await desk.get("/orders")["items"]?.arrayValue?.count == 1)
            #expect(try await desk.post(Self.body, idempotencyKey: "key-1").text == answered[0].text)
        }
    }
}
