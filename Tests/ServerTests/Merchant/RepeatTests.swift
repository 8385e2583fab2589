import HTTPTypes
import HummingbirdTesting
import Payments
import Server
import Storage
import StrictJSON
import TestSupport
import Testing

@Suite("An Idempotency-Key on every change")
struct RepeatTests {
    /// Each makes the same change twice; the state between would answer another way.
    private static let changes: [(method: HTTPRequest.Method, path: String, body: String?)] = [
        (.patch, "/orders/A", #"{"description":"x"}"#), (.patch, "/orders/B", #"{"amount":{"value":"7.00"}}"#),
        (.post, "/transactions/1/cancel", nil), (.post, "/orders/B/cancel", "{}"),
        (.post, "/transactions/2/cancel", nil), (.post, "/transactions/2/refund", nil),
        (.post, "/orders/nobody/cancel", nil), (.patch, "/orders/C", #"{"description":"x"}"#),
    ]

    @Test("gives the first answer again, whatever happened meanwhile", arguments: Transport.allCases)
    func replay(transport: Transport) async throws {
        try await Desk.with(transport) { desk async throws in
            for id in ["A", "B", "D"] { try await desk.add(id) }
            try await desk.announce(1, "A")
            try await desk.announce(2, "D")
            try await desk.perform(2)
            for (number, change) in Self.changes.enumerated() {
                let first = try await desk.send(change.method, change.path, change.body, key: "k-\(number)")
                desk.clock.advance(hours: 1)
                let again = try await desk.send(change.method, change.path, change.body, key: "k-\(number)")
                #expect(again.text == first.text && again.status == first.status, "\(change.path)")
                #expect(first.header("Idempotency-Replayed") == nil)
                #expect(again.header("Idempotency-Replayed") == "true", "\(change.path)")
                #expect(again.headers[.contentType] == first.headers[.contentType])
                let other = change.body == nil ? "{}" : change.body! + " "
                let reused = try await desk.send(change.method, change.path, other, key: "k-\(number)")
                #expect(reused.short == "422 idempotency-key-reused", "\(change.path)")
                // The same key for another path is another key.
                let elsewhere = try await desk.send(.post, "/orders/elsewhere/cancel", key: "k-\(number)")
                #expect(
                    elsewhere.short == "404 not-found" && elsewhere.header("Idempotency-Replayed") == nil || number > 0)
            }
        }
    }

    @Test("that comes from twenty callers at once has one effect, and one answer")
    func crowd() async throws {
        try await Desk.with(.live) { desk async throws in
            try await desk.add("A")
            try await desk.announce(1, "A")
            let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
                for _ in 0..<20 { group.addTask { try await desk.cancel("/transactions/1", key: "k") } }
                return try await group.reduce(into: [Reply]()) { $0.append($1) }
            }
            let done = replies.filter { $0.status == 200 }
            let early = replies.filter { $0.short == "409 idempotency-key-in-flight" }
            #expect(!done.isEmpty && done.count + early.count == 20)
            #expect(Set(done.map(\.text)).count == 1)
            #expect(done.count { $0.header("Idempotency-Replayed") == nil } == 1)
            #expect(try await desk.get("/transactions/1")["journal"]?.arrayValue?.count == 2)
        }
    }

    /// Stores an answer under the same key in the middle of the change, as another process would.
    private final class Rival: PaymentHooks, @unchecked Sendable {
        override func recordCancelled(
            _ transaction: Transaction, _ change: TransactionChange, in sql: any SQLSession
        ) throws {
            try SQLPaymentSession(sql: sql).remember(
                IdempotentAnswer(fingerprint: "f", status: 200, body: "{}"), scope: "POST /transactions/1/cancel",
                key: "k", at: 0)
        }
    }

    @Test("whose answer cannot be kept undoes the change: both are stored, or neither")
    func together() async throws {
        try await Desk.with(.router, hooks: Rival()) { desk async throws in
            try await desk.add("A")
            try await desk.announce(1, "A")
            #expect(try await desk.cancel("/transactions/1", key: "k").short == "500 internal")
            #expect(try await desk.get("/transactions/1")["state"] == 1)
            #expect(try await desk.cancel("/transactions/1", key: "other").status == 200)
        }
    }

    @Test("is kept by the database: another server on it gives the answer again")
    func restart() async throws {
        let folder = TemporaryFolder()
        let environment = ["DATABASE_URL": "sqlite:\(folder.file("kept.db"))"]
        let (body, key) = (#"{"amount":{"value":"1.00","currency":"UZS"}}"#, "k")
        var texts: [String] = []
        for _ in 0..<2 {
            let (server, clock) = try await Desk.make(environment)
            texts.append(
                try await server.application().test(.router) { client async throws in
                    try await Desk(client: client, server: server, clock: clock).post(body, idempotencyKey: key).text
                })
            await server.store.engine.close()
        }
        #expect(texts[0] == texts[1])
    }
}
