import Payments
import Storage
import TestSupport
import Testing
import YooKassa

@testable import Server

@Suite("What waits at a gateway that is off")
struct UnattendedPaymentsTests {
    private func waiting(_ gateway: String, _ shop: TestStore) async throws {
        try await shop.add(
            .oneTime(id: gateway, amount: Money(minor: 500, currency: .rub), createdAt: shop.clock.now))
        _ = try await shop.service.create(
            CreateCommand(
                key: TransactionKey(gateway: gateway, cashbox: "1", externalID: "a"), externalTime: shop.clock.now,
                account: "{}",
                question: AccountQuestion(
                    gateway: gateway, purpose: .create, fields: [:], reference: gateway,
                    amount: Money(minor: 500, currency: .rub)),
                deadline: nil, holdsOrderFromCreation: true))
    }

    @Test("is told of at the start, gateway by gateway, with what YooKassa's jobs would do")
    func told() async throws {
        let shop = try await TestStore(migrations: YooKassaGateway.migrations)
        for gateway in ["yookassa", "click", "payme"] { try await waiting(gateway, shop) }
        try await shop.store.engine.write { sql in
            _ = try sql.execute(
                """
                INSERT INTO yookassa_refunds (
                    id, payment_id, amount, origin, actor, state, tries, requested_at, looks, due_at)
                VALUES ('r', 'p', 1, 'merchant', 'shop', 'waiting', 0, 0, 0, 1)
                """, [])
        }
        let book = LogBook()
        await UnattendedPayments(isOn: ["payme"], store: shop.store, logger: book.logger).look()
        #expect(book.lines.count == 3)
        #expect(book.lines[0].contains("warning") && book.lines[0].contains("gateway=Click payments=1"))
        #expect(book.lines[1].contains("gateway=YooKassa payments=1"))
        #expect(book.lines[2].contains("refunds=1 subscriptions=0"))
        await shop.close()
    }

    @Test("is nothing where all of them are on, or nothing waits")
    func silent() async throws {
        let shop = try await TestStore(migrations: YooKassaGateway.migrations)
        let book = LogBook()
        await UnattendedPayments(isOn: [], store: shop.store, logger: book.logger).look()
        try await waiting("yookassa", shop)
        await UnattendedPayments(isOn: ["yookassa"], store: shop.store, logger: book.logger).look()
        #expect(book.lines == [])
        await shop.close()
    }
}
