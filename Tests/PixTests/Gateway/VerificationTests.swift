import Payments
import Pix
import Specification
import Storage
import TestSupport
import Testing

@Suite("The verifier looks at the rows of Pix")
struct VerificationTests {
    private func findings(_ statement: String) async throws -> [String] {
        let till = try await Till()
        let view = try await till.create()
        till.bank.pay(view.charge.txid, 10_000)
        _ = try await till.charges.step(view.charge.id)
        _ = try await till.create()
        try await till.shop.execute(statement)
        let verifier = Verifier(
            migrations: TestStore.migrations + PixGateway.migrations, machine: till.shop.service.machine,
            gatewayChecks: [PixGateway.check], now: till.clock.now)
        let result = try #require(try await verifier.run(on: till.shop.store.engine).results.last)
        await till.shop.close()
        return result.findings.violations.map(\.problem)
    }

    @Test(
        "and finds what does not agree",
        arguments: [
            ("UPDATE pix_charges SET due_at = NULL", "it waits, and nobody looks after it"),
            ("UPDATE pix_charges SET transaction_id = 99 WHERE due_at IS NULL", "its transaction is missing"),
            ("DELETE FROM pix_charges WHERE due_at IS NULL", "it has no charge"),
            ("DELETE FROM pix_receipts", "it is paid, and there is no payment"),
            ("UPDATE pix_receipts SET amount = 9999", "its payment is less than it"),
            ("UPDATE pix_receipts SET refunded = 5", "it says 0 went back, its payment says 5"),
            (
                """
                INSERT INTO pix_payouts (reference, request_key, amount, pix_key, actor, state, step, requested_at, attempts)
                VALUES ('r', 'k', 1, 'a@b.co', 'm', 1, 'unknown', 0, 1)
                """, "it waits, and nobody looks after it"
            ),
            ("UPDATE pix_receipts SET reserved = 5", "its refunds come to 0 under way and 0 done"),
        ])
    func broken(statement: String, problem: String) async throws {
        let found = try await findings(statement)
        #expect(found.contains(problem), "\(found)")
    }

    @Test("and finds nothing where all agrees")
    func sound() async throws {
        #expect(try await findings("UPDATE pix_charges SET note = 'x'") == [])
    }
}
