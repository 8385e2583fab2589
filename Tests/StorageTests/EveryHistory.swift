import Payme
import Payments
import SQLiteEngine
import Storage
import TestSupport

/// A database with every kind of history that there is, made by the service itself.
///
/// Numbers: 1 waits, 2 is paid, 3 was called off, 4 was given back, 5 partly, 6 in two parts, 7 ran out of time, 8 took
/// its order over and is paid with receivers, 9 and 10 top up one account, 10 was given back. Deliveries to `hooks`: the
/// first was delivered at the second attempt, the second failed once.
struct EveryHistory {
    let shop: TestStore

    init(_ kind: EngineKind) async throws {
        shop = try await TestStore(kind, hooks: Splitting(), targets: ["hooks"])
        for id in ["waiting", "paid", "off", "back", "part", "parts", "late"] {
            try await shop.add(.oneTime(id: id, amount: Self.amount))
        }
        try await shop.add(.cumulative(id: "wallet", currency: .uzs, minimum: 100))
        for (id, order) in ["waiting", "paid", "off", "back", "part", "parts", "late"].enumerated() {
            try await create("t\(id + 1)", order)
        }
        for id in ["t2", "t4", "t5", "t6"] { _ = try await shop.service.perform(key(id)) }
        shop.clock.advance(milliseconds: 1_000)
        _ = try await shop.service.cancel(key("t3"), reason: 3)
        _ = try await shop.service.cancel(key("t4"), reason: 5)
        _ = try await shop.service.refund(key("t5"), amount: 100, reason: nil, actor: "merchant")
        _ = try await shop.service.refund(key("t6"), amount: 100, reason: nil, actor: "merchant")
        _ = try await shop.service.refund(key("t6"), amount: 499_900, reason: 5, actor: "merchant")
        shop.clock.advance(hours: 13)
        try await create("t8", "late")
        _ = try await shop.service.perform(key("t8"))
        for id in ["t9", "t10"] {
            try await create(id, "wallet")
            _ = try await shop.service.perform(key(id))
        }
        _ = try await shop.service.cancel(key("t10"), reason: 5)
        let now = shop.clock.now
        try await shop.write { session in
            let due = try session.due(target: "hooks", at: now, limit: 2)
            for item in due { try session.markFailed(item.id, dueAt: now + 5, error: "Trouble") }
            try session.markDelivered(due[0].id, at: now)
            try session.sql.execute(
                """
                INSERT INTO payme_fiscal_receipts (transaction_id, kind, data, received_at)
                VALUES (2, 'PERFORM', '{"status_code":0}', 5)
                """, [])
        }
    }

    static let amount = Money(minor: 500_000, currency: .uzs)

    func key(_ id: String) -> TransactionKey { TransactionKey(gateway: "payme", cashbox: "default", externalID: id) }

    private func create(_ id: String, _ order: String) async throws {
        let now = shop.clock.now
        let question = AccountQuestion(
            gateway: "payme", purpose: .create, fields: [:], reference: order, amount: Self.amount)
        _ = try await shop.service.create(
            CreateCommand(
                key: key(id), externalTime: now, account: "{}", question: question, deadline: now + 43_200_000,
                holdsOrderFromCreation: true)
        ).get()
    }

    /// What the verifier says: `check: subject: problem`, a line each.
    func verify(paused: Set<String> = [], foreign: Set<String> = []) async throws -> [String] {
        let report = try await Self.verifier(at: shop.clock.now, paused: paused, foreign: foreign)
            .run(on: shop.store.engine)
        return Self.lines(report)
    }

    static func verifier(at now: Int64, paused: Set<String> = [], foreign: Set<String> = []) -> Verifier {
        Verifier(
            migrations: TestStore.migrations, foreignMigrations: foreign,
            machine: TransactionMachine(timeoutReason: 4), pausedTargets: paused,
            gatewayChecks: [PaymeFiscalReceipt.check], now: now)
    }

    static func lines(_ report: VerificationReport) -> [String] {
        report.results.flatMap { result in
            result.findings.violations.map { "\(result.name): \($0.subject): \($0.problem)" }
        }
    }
}

/// A shop that shares each payment with another receiver.
private final class Splitting: PaymentHooks, @unchecked Sendable {
    override func receivers(_ order: Order, _ question: AccountQuestion) async throws -> [Receiver] {
        guard order.id == "late" else { return [] }
        return [("main", Int64(400_000)), ("other", 100_000)].compactMap { Receiver(id: $0.0, amount: $0.1) }
    }
}
