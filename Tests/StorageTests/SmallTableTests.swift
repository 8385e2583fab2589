import Payments
import Storage
import TestSupport
import Testing

@Suite("Idempotency keys and readiness")
struct SmallTableTests {
    @Test("a key stands for one answer, in its own scope", arguments: EngineKind.allCases)
    func idempotency(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        let answer = IdempotentAnswer(fingerprint: "f", status: 201, body: #"{"id":"Ж"}"#)
        #expect(try await shop.read { try $0.idempotentAnswer(scope: "orders", key: "k") } == nil)
        try await shop.write { try $0.remember(answer, scope: "orders", key: "k", at: start) }
        #expect(try await shop.read { try $0.idempotentAnswer(scope: "orders", key: "k") } == answer)
        #expect(try await shop.read { try $0.idempotentAnswer(scope: "refunds", key: "k") } == nil)
        #expect(try await shop.read { try $0.idempotentAnswer(scope: "orders", key: "K") } == nil)
        try await shop.write { try $0.remember(answer, scope: "refunds", key: "k", at: start) }
        // A second answer under the same key never replaces the first.
        let other = IdempotentAnswer(fingerprint: "g", status: 409, body: "")
        await #expect(throws: (any Error).self) {
            try await shop.write { try $0.remember(other, scope: "orders", key: "k", at: start) }
        }
        #expect(try await shop.read { try $0.idempotentAnswer(scope: "orders", key: "k") } == answer)
        await shop.close()
    }

    @Test("readiness is one row, written and read back", arguments: EngineKind.allCases)
    func readiness(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        for now in [start, start + 1, 0] {
            #expect(try await shop.write { try $0.touchReadiness(at: now) } == now)
        }
        #expect(try await shop.number("SELECT count(*) FROM readiness") == 1)
        await shop.close()
    }
}
