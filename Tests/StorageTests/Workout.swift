import Payments
import Storage
import TestSupport

/// Everything that the store can do, once, so that every SQL text passes by.
enum Workout {
    /// The texts that were sent, each once.
    static func texts(_ kind: EngineKind) async throws -> Set<String> {
        let folder = TemporaryFolder()
        let engine = RecordingEngine(try kind.make(in: folder))
        let shop = try await TestStore(on: engine, folder: folder, targets: ["hooks"])
        try await payments(shop)
        try await lists(shop)
        try await outbox(shop)
        try await shop.write { session in
            try session.remember(
                IdempotentAnswer(fingerprint: "f", status: 201, body: "{}"), scope: "s", key: "k", at: start)
            _ = try session.idempotentAnswer(scope: "s", key: "k")
            _ = try session.touchReadiness(at: start)
        }
        try await keys(shop)
        try await shop.read { _ = try ($0.countRows(), $0.countWaiting()) }
        _ = try await EveryHistory.verifier(at: start).run(on: engine)
        await shop.close()
        return engine.texts
    }

    private static func payments(_ shop: TestStore) async throws {
        try await shop.add(.oneTime(id: "A", amount: Money(minor: 500, currency: .uzs), createdAt: start))
        for id in ["a", "b"] {
            let key = TransactionKey(gateway: "payme", cashbox: "", externalID: id)
            let now = shop.clock.now
            let question = AccountQuestion(
                gateway: "payme", purpose: .create, fields: [:], reference: "A",
                amount: Money(minor: 500, currency: .uzs))
            _ = try await shop.service.check(question)
            _ = try await shop.service.create(
                CreateCommand(
                    key: key, externalTime: now, account: "{}", question: question, deadline: now + 43_200_000,
                    holdsOrderFromCreation: true))
            _ = try await shop.service.perform(key)
            if id == "a" { _ = try await shop.service.refund(key, amount: 5, reason: 5, actor: "shop") }
            if id == "a" { _ = try await shop.service.cancel(key, reason: 5) }
            _ = try await shop.service.find(key)
        }
        _ = try await shop.service.expireOverdue()
    }

    private static func lists(_ shop: TestStore) async throws {
        try await shop.read { session in
            let order = try session.order("A")
            _ = try order.map { try session.standing(of: $0, at: start) }
            _ = try session.countOrders()
            _ = try session.orders(before: nil, limit: 5)
            _ = try session.orders(before: AgeCursor(createdAt: start, id: "A"), limit: 5)
            _ = try session.transactions(TransactionFilter(), before: nil, limit: 5)
            let young = OrderFilter(kind: .oneTime, createdFrom: 0, createdTo: start, hiddenPrefix: "x-")
            _ = try session.orders(young, before: AgeCursor(createdAt: start, id: "A"), limit: 5)
            _ = try session.hasOpenTransaction(ofOrder: "A", at: start)
            let filter = TransactionFilter(
                orderID: "A", gateway: "payme", state: .created, hiddenOrderPrefix: "x-")
            _ = try session.transactions(filter, before: 9, limit: 5)
            _ = try session.statement(gateway: "payme", cashbox: "", from: 0, to: .max, after: nil, limit: 5)
            _ = try session.countTransactions()
            _ = try session.transaction(id: 1)
            let key = TransactionKey(gateway: "payme", cashbox: "", externalID: "a")
            _ = try session.hasWaiting(ofOrder: "A", in: 0...5, except: key)
            _ = try session.transaction(externalID: "a")
            _ = try session.journal(ofTransaction: 1)
        }
        _ = try await Migrator.applied(on: shop.store.engine)
    }

    private static func keys(_ shop: TestStore) async throws {
        try await shop.write { session in
            let order = try session.order("A")
            try order.map { try session.update($0, termsChangedAt: start) }
            try session.insert(
                APIKey(id: "k", name: "n", secretHash: "h", scopes: ["orders:read"], createdAt: start))
            try session.touchAPIKey("k", at: start, since: start)
            _ = try session.revokeAPIKey("k", at: start)
            _ = try session.apiKeys(before: nil, limit: 5)
            _ = try session.apiKeys(before: AgeCursor(createdAt: start, id: "k"), limit: 5)
        }
    }

    private static func outbox(_ shop: TestStore) async throws {
        try await shop.write { session in
            let item = try session.due(target: "hooks", at: .max - 1, limit: 5)[0]
            _ = try session.nextDue(target: "hooks")
            _ = try session.countWaiting(target: "hooks")
            _ = try session.claim(target: "hooks", lease: "l", at: .max - 1, until: start, limit: 1)
            try session.release(item.id, lease: "l", at: start)
            try session.releaseAll(target: "hooks", at: start)
            try session.markFailed(item.id, dueAt: start, error: "x")
            _ = try session.hasten(target: "hooks", limit: 5, at: start)
            _ = try session.hasDue(target: "hooks", at: start, busy: [])
            _ = try session.hasOddTimes(target: "hooks", at: start)
            try session.mendTimes(target: "hooks", at: start)
            _ = try session.hasTransaction(ofOrder: "A")
            for id in try session.stranded(target: "hooks", limit: 5) { try session.promote(id, at: start) }
            try session.promote(item.id, at: start)
            try session.markDead(item.id, at: start, error: "x")
            _ = try session.deadLetters(limit: 5)
            _ = try session.countDead(target: "hooks")
            _ = try session.oldestWaiting(target: "hooks")
            for state in DeliveryRow.State.allCases {
                let filter = DeliveryFilter(state: state, target: "hooks", orderID: "A")
                _ = try session.deliveries(filter, before: 9, limit: 5)
            }
            _ = try session.deliveries(DeliveryFilter(), before: nil, limit: 5)
            _ = try session.retryDelivery(item.id, at: start)
            try session.markDelivered(item.id, at: start)
            try session.noteTarget("hooks", address: "a")
            try session.setTarget("hooks", stopped: StoppedTarget(at: start, reason: "x"))
            _ = try session.stopped(target: "hooks")
            _ = try session.leaseJob("j", owner: "o", at: start, until: start)
            try session.releaseJob("j", owner: "o")
            try session.releaseJobs()
        }
    }
}
